import type { Page, PageOf, RequestOptions } from './options.js';
import { route, type Transport } from './transport.js';

export interface ChatReply {
  reply: string;
  /** What could be said next */
  suggestions: string[];
  chat_id: string;
  /** The job that was started, or that the reply is about */
  job_id?: string;
}

export interface ChatMessage {
  role: 'user' | 'assistant';
  content: string;
  suggestions: string[];
  job_id: string | null;
  created_at: string;
}

export type ChatHistory = PageOf<'messages', ChatMessage> & { chat_id: string };

interface MessageOptions extends RequestOptions {
  /** Where the jobs of the chat belong from now on */
  project_id?: string;
}

export class Assistant {
  constructor(private readonly transport: Transport) {}

  /** Begins a chat. */
  chat(message: string, options?: MessageOptions): Promise<ChatReply> {
    return this.say('/ai/chat', message, options);
  }

  message(chatId: string, message: string, options?: MessageOptions): Promise<ChatReply> {
    return this.say(route`/ai/chat/${chatId}/message`, message, options);
  }

  history(
    chatId: string,
    page: Page & { order?: 'asc' | 'desc' } = {},
    { signal }: RequestOptions = {},
  ): Promise<ChatHistory> {
    return this.transport.get(route`/ai/chat/${chatId}/history`, { query: { ...page }, signal });
  }

  private say(
    path: string,
    message: string,
    { project_id: projectId, signal }: MessageOptions = {},
  ): Promise<ChatReply> {
    const context = projectId === undefined ? undefined : { project_id: projectId };
    return this.transport.post(path, { body: { message, context }, signal });
  }
}
