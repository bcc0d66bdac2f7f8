import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { PinoLogger } from 'nestjs-pino';
import type { Principal } from '../accounts/principal.js';
import { Database } from '../database/database.js';
import { Files } from '../files/files.service.js';
import type { JobView } from '../jobs/job-view.js';
import { Jobs } from '../jobs/jobs.service.js';
import { Projects } from '../projects/projects.service.js';
import { Tools } from '../tools/tools.service.js';
import type { Chat } from './chat.entity.js';
import type { Reply } from './chat-view.js';
import { Chats } from './chats.service.js';
import { converse } from './dialogue/converse.js';
import { isTellable, refused } from './dialogue/refusal.js';
import type { Act, Situation, Turn } from './dialogue/turn.js';
import { describeJob, type Link, resultFiles } from './job-words.js';
import { converseWithModel } from './llm/converse-with-model.js';
import { LanguageModel } from './llm/language-model.js';
import { Turns } from './turns.js';

/** A message, and with whom and for whom it is answered. */
export interface Message {
  caller: Principal;
  text: string;
  /** where jobs belong from now on; left out, where they did */
  projectId?: string;
  link: Link;
  /** fires when nobody waits for the reply any more */
  signal: AbortSignal;
}

type Start = Extract<Act, { type: 'start' }>;

const knownFiles = 20;
const rememberedMessages = 20;
const note = 'The language model that usually speaks here cannot be reached, so I keep to short questions.';

/** Finds the tool for what somebody wants, asks for what it needs, starts it when told to, and reports it. */
@Injectable()
export class Assistant {
  private readonly turns = new Turns();

  constructor(
    @Inject(Chats) private readonly chats: Chats,
    @Inject(Tools) private readonly tools: Tools,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Files) private readonly files: Files,
    @Inject(Database) private readonly database: Database,
    @Inject(Projects) private readonly projects: Projects,
    @Inject(LanguageModel) private readonly model: LanguageModel,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  /** Begins a chat. @throws Failure `not-found` for a project */
  async open(message: Message): Promise<Reply> {
    return this.answer(this.chats.draft(message.caller.accountId, null), message);
  }

  /** @throws Failure `not-found` for a chat or project, `conflict` for a chat that takes no more */
  async go(chatId: string, message: Message): Promise<Reply> {
    const { accountId } = message.caller;
    await this.chats.get(accountId, chatId);
    return this.turns.take(chatId, async () => this.answer(await this.chats.get(accountId, chatId), message));
  }

  private async answer(stored: Chat, message: Message): Promise<Reply> {
    const { caller, projectId } = message;
    if (projectId !== undefined) await this.projects.require(this.database.read, caller.accountId, projectId);
    this.chats.refuseWhenFull(stored);
    const chat = message.projectId === undefined ? stored : { ...stored, projectId: message.projectId };
    const situation = await this.situationOf(chat, message);
    const turn = await this.think(chat, situation, message.signal);
    message.signal.throwIfAborted();
    return this.perform(chat, situation, turn, message);
  }

  private async situationOf(
    { state }: Chat,
    { caller: { accountId, sandbox }, text }: Message,
  ): Promise<Situation> {
    const tools = await this.tools.list(accountId);
    const job = state.jobId === null ? null : await this.jobs.get(accountId, state.jobId).catch(nothing);
    const made = job === null ? [] : resultFiles(job);
    const { files } = await this.files.list(accountId, { limit: knownFiles, offset: 0 });
    return {
      message: text,
      state,
      tools: sandbox ? tools.map((tool) => ({ ...tool, credits: 0 })) : tools,
      job,
      files: [
        ...made.map(({ fileId, name, mediaType }) => ({
          id: fileId,
          name,
          mediaType,
          origin: 'result' as const,
        })),
        ...files
          .filter(({ id }) => !made.some(({ fileId }) => fileId === id))
          .map(({ id, name, mediaType }) => ({ id, name, mediaType, origin: 'upload' as const })),
      ],
    };
  }

  private async think(chat: Chat, situation: Situation, departed: AbortSignal): Promise<Turn> {
    if (!this.model.isConfigured) return converse(situation);
    const timeout = AbortSignal.timeout(this.model.timeoutMs);
    const signal = AbortSignal.any([departed, timeout]);
    try {
      const history = chat.messages === 0 ? [] : await this.chats.recent(chat, rememberedMessages);
      return await converseWithModel(situation, history, (messages, functions) =>
        this.model.complete(messages, functions, signal),
      );
    } catch (error) {
      departed.throwIfAborted();
      if (!Failure.is(error) || error.code !== 'unavailable') throw error;
      if (timeout.aborted) this.model.rest();
      this.log.warn(
        { err: error },
        'the assistant answers without its language model; check ATELIER_LLM_URL',
      );
      const turn = converse(situation);
      return { ...turn, reply: turn.reply === '' ? note : `${note}\n\n${turn.reply}` };
    }
  }

  /** Does what the reply tells, and keeps both. */
  private async perform(chat: Chat, situation: Situation, turn: Turn, message: Message): Promise<Reply> {
    const { act } = turn;
    switch (act.type) {
      case 'start':
        return this.start(chat, situation, { ...turn, act }, message);
      case 'cancel':
        return this.tellOf(chat, turn, await this.cancelled(message.caller.accountId, act.jobId), message);
      case 'report':
        return this.tellOf(chat, turn, act.job, message);
      case 'none':
        return this.keep(chat, turn, message, null);
    }
  }

  /** The job and what was said of it are accepted together, so that no chat forgets a job and none tells of one that is not. */
  private async start(
    chat: Chat,
    situation: Situation,
    turn: Turn & { act: Start },
    message: Message,
  ): Promise<Reply> {
    const { accountId, sandbox, weight } = message.caller;
    const { toolId, inputs, replaces } = turn.act;
    if (replaces !== null) await this.cancelled(accountId, replaces);
    try {
      const job = await this.jobs.submit({
        accountId,
        sandbox,
        weight,
        pipeline: toolId,
        inputs,
        projectId: chat.projectId ?? undefined,
        alongside: (manager, jobId) => {
          const reply = { reply: turn.reply, suggestions: turn.suggestions, jobId };
          const state = { ...turn.state, jobId, ran: true };
          return this.chats.record(manager, chat, { message: message.text, reply, state });
        },
      });
      return { chatId: chat.id, reply: turn.reply, suggestions: turn.suggestions, jobId: job.id };
    } catch (error) {
      const tool = situation.tools.find(({ id }) => id === toolId);
      if (!Failure.is(error) || !isTellable(error) || tool === undefined) throw error;
      return this.keep(chat, refused(situation, tool, turn.state, error), message, null);
    }
  }

  private async tellOf(chat: Chat, turn: Turn, job: JobView, message: Message): Promise<Reply> {
    const { reply, suggestions } = describeJob(job, message.link);
    const told = { ...turn, reply: `${turn.reply}\n\n${reply}`.trim(), suggestions };
    return this.keep(chat, told, message, job.id);
  }

  private async keep(chat: Chat, turn: Turn, { text }: Message, jobId: string | null): Promise<Reply> {
    const reply = { reply: turn.reply, suggestions: turn.suggestions, jobId };
    await this.chats.keep(chat, { message: text, reply, state: turn.state });
    return { chatId: chat.id, ...reply };
  }

  /** The job once it is cancelled, or as it ended just before. */
  private async cancelled(accountId: string, jobId: string): Promise<JobView> {
    return this.jobs.cancel(accountId, jobId).catch((error: unknown) => {
      if (Failure.is(error) && error.code === 'conflict') return this.jobs.get(accountId, jobId);
      throw error;
    });
  }
}

/** A job is forgotten some time after it has ended. */
function nothing(error: unknown): null {
  if (Failure.is(error) && error.code === 'not-found') return null;
  throw error;
}
