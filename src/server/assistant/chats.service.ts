import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Failure } from '@atelier/sdk';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Chat } from './chat.entity.js';
import { ChatMessage } from './chat-message.entity.js';
import type { ChatPage, ChatView, MessageView, Reply } from './chat-view.js';
import { type DialogueState, newState } from './dialogue/turn.js';

/** What was said in one turn, and what is remembered of it. */
export interface Exchange {
  message: string;
  reply: Omit<Reply, 'chatId'>;
  state: DialogueState;
}

/** A chat that is longer costs more to read than a new one takes to begin. */
const mostMessages = 1000;

/** The chats of each account with the assistant. They are kept until they are deleted. */
@Injectable()
export class Chats {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** A chat that is not stored before something has been said in it. */
  draft(accountId: string, projectId: string | null): Chat {
    const now = Date.now();
    const chat = { id: newId('chat'), accountId, projectId, messages: 0, createdAt: now, updatedAt: now };
    return Object.assign(new Chat(), chat, { state: { ...newState } });
  }

  /** @throws Failure `not-found`, for another account's chat as well */
  async get(accountId: string, id: string): Promise<Chat> {
    const chat = await this.database.read.findOneBy(Chat, { id, accountId });
    if (chat === null) throw missing(id);
    return { ...chat, state: { ...newState, ...chat.state } };
  }

  /** Newest activity first. */
  async list(accountId: string, { limit, offset }: ChatPage): Promise<{ chats: ChatView[]; total: number }> {
    const [rows, total] = await this.database.read.findAndCount(Chat, {
      where: { accountId },
      order: { updatedAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
    return { chats: rows.map(viewOf), total };
  }

  /** Oldest first, unless asked otherwise. @throws Failure `not-found` */
  async history(
    accountId: string,
    id: string,
    { limit, offset, order }: ChatPage & { order: 'asc' | 'desc' },
  ): Promise<{ messages: MessageView[]; total: number }> {
    await this.get(accountId, id);
    const [rows, total] = await this.database.read.findAndCount(ChatMessage, {
      where: { chatId: id },
      order: { seq: order },
      take: limit,
      skip: offset,
    });
    return { messages: rows.map(messageOf), total };
  }

  /** The last messages, the oldest of them first. */
  async recent({ id }: Pick<Chat, 'id'>, count: number): Promise<MessageView[]> {
    const rows = await this.database.read.find(ChatMessage, {
      where: { chatId: id },
      order: { seq: 'DESC' },
      take: count,
    });
    return rows.reverse().map(messageOf);
  }

  /** @throws Failure `conflict` for a chat that is full */
  refuseWhenFull({ messages }: Pick<Chat, 'messages'>): void {
    if (messages < mostMessages) return;
    throw new Failure('conflict', `This chat has ${messages} messages and takes no more; begin a new one.`);
  }

  /** `record` in a unit of work of its own. */
  async keep(chat: Chat, exchange: Exchange): Promise<void> {
    await this.database.write((manager) => this.record(manager, chat, exchange));
  }

  /**
   * Stores a message, its reply and what is remembered; belongs into the unit of work of what the reply tells.
   * @throws Failure `not-found` when the chat was deleted meanwhile, `conflict` when it has gone on meanwhile
   */
  async record(manager: EntityManager, chat: Chat, { message, reply, state }: Exchange): Promise<void> {
    const now = Date.now();
    const { projectId } = chat;
    const change = { state, projectId, messages: chat.messages + 2, updatedAt: now };
    if (chat.messages === 0) await manager.insert(Chat, { ...chat, ...change } as object);
    else await this.advance(manager, chat, change);
    const said = { chatId: chat.id, createdAt: now };
    await manager.insert(ChatMessage, [
      { ...said, seq: chat.messages + 1, role: 'user', content: message, suggestions: [], jobId: null },
      {
        ...said,
        seq: chat.messages + 2,
        role: 'assistant',
        content: reply.reply,
        suggestions: reply.suggestions,
        jobId: reply.jobId,
      },
    ]);
  }

  /** @throws Failure `not-found` */
  async delete(accountId: string, id: string): Promise<void> {
    await this.database.write(async (manager) => {
      const { affected } = await manager.delete(Chat, { id, accountId });
      if (affected === 0) throw missing(id);
      await manager.delete(ChatMessage, { chatId: id });
    });
  }

  private async advance(manager: EntityManager, chat: Chat, change: Partial<Chat>): Promise<void> {
    const { id, messages } = chat;
    const { affected } = await manager.update(Chat, { id, messages }, change as object);
    if (affected !== 0) return;
    if (!(await manager.existsBy(Chat, { id }))) throw missing(id);
    throw new Failure(
      'conflict',
      'The chat got another message meanwhile; read its history and send yours again.',
    );
  }
}

function viewOf({ id, projectId, messages, createdAt, updatedAt }: Chat): ChatView {
  return {
    id,
    projectId,
    messages,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

function messageOf({ role, content, suggestions, jobId, createdAt }: ChatMessage): MessageView {
  return { role, content, suggestions, jobId, createdAt: new Date(createdAt).toISOString() };
}

function missing(id: string): Failure {
  return new Failure('not-found', `There is no chat ${id.slice(0, 64)}.`, {
    kind: 'chat',
    id: id.slice(0, 64),
  });
}
