import { Logger } from '@nestjs/common';
import { Failure, type Json } from '@atelier/sdk';
import { createSuggest } from '../../engine/suggest.js';
import type { Principal, Scope } from '../../server/accounts/principal.js';
import { newId } from '../../server/database/id.js';
import type { Callers } from '../../server/http/callers.js';
import { explain } from '../../server/http/failures.js';
import { invalidInput } from '../../server/http/validation.js';
import type { JobView } from '../../server/jobs/job-view.js';
import type { Jobs } from '../../server/jobs/jobs.service.js';
import type { Limits } from '../../server/limits/limits.service.js';
import type { RawSocket, SocketHandler } from '../../server/realtime/raw-socket.js';
import type { Opening } from '../../server/realtime/raw-sockets.js';
import { toError } from './failures.js';
import { type GenerateRequest, type StatusBody, toStatus } from './generate.wire.js';
import { watchJob } from './generation-feed.js';
import type { Generations } from './generations.js';
import type { PictureLinks } from './links.js';
import {
  type Answer,
  envelopeSchema,
  messageSchemas,
  type MessageType,
  messageTypes,
} from './socket.wire.js';
import type { RequestId } from './socket.wire.js';

export interface SessionServices {
  callers: Callers;
  generations: Generations;
  jobs: Jobs;
  limits: Limits;
  links: PictureLinks;
}

/** Messages of one socket that may wait while one is answered. */
const waitingLimit = 100;
/** Generations that one socket is told of at a time. */
const watchLimit = 20;
const authLimitMs = 10_000;
const farewellMs = 2_000;

/** One socket: who it speaks for, and the generations it is told of. They go on when it ends. */
export class SocketSession implements SocketHandler {
  private readonly log = new Logger('VisualCreativity');
  private readonly watched = new Map<string, AbortController>();
  private readonly patience: NodeJS.Timeout;
  /** A key is looked at anew for each message, so that a revoked one is refused at once. */
  private key: Opening<unknown>['headers'] | null;
  private turn = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly services: SessionServices,
    private readonly socket: RawSocket,
    private readonly opening: Opening<Principal | null>,
  ) {
    this.key = opening.caller === null ? null : opening.headers;
    this.patience = setTimeout(() => this.expire(), authLimitMs).unref();
    if (this.key !== null) clearTimeout(this.patience);
    socket.closed.addEventListener('abort', () => {
      clearTimeout(this.patience);
      for (const watch of this.watched.values()) watch.abort();
    });
  }

  message(message: Json): void {
    const { data: envelope } = envelopeSchema.safeParse(message);
    const requestId = requestIdOf(envelope?.request_id);
    if (this.waiting === waitingLimit) return this.refuse(tooManyMessages(), requestId);
    this.waiting += 1;
    this.turn = this.turn
      .then(() => this.answer(envelope?.type ?? '', message, requestId))
      .catch((error: unknown) => this.refuse(explain(error, newId('req'), this.log), requestId))
      .finally(() => (this.waiting -= 1));
  }

  malformed(failure: Failure): void {
    this.refuse(failure);
  }

  private async answer(type: string, message: Json, requestId: RequestId): Promise<void> {
    if (this.socket.closed.aborted) return;
    switch (knownType(type)) {
      case 'auth':
        return this.authenticate(read('auth', message).api_key, requestId);
      case 'generate':
        return this.generate(read('generate', message), requestId);
      case 'subscribe':
        return this.subscribe(read('subscribe', message).id);
      case 'cancel':
        return this.cancel(read('cancel', message).id);
      case 'ping':
        return this.say({ type: 'pong', request_id: requestId });
    }
  }

  private async authenticate(key: string, requestId: RequestId): Promise<void> {
    const headers = { authorization: `Bearer ${key}` };
    try {
      await this.services.callers.identify(headers, 'read');
    } catch (error) {
      const failure = explain(error, newId('req'), this.log);
      this.refuse(failure, requestId);
      return this.socket.close(failure, farewellMs, 1008);
    }
    this.key = headers;
    clearTimeout(this.patience);
    this.say({ type: 'authenticated', request_id: requestId });
  }

  private async generate(request: GenerateRequest, requestId: RequestId): Promise<void> {
    const caller = await this.caller('write');
    this.refuseMore();
    await this.services.limits.take(caller, 'visual-creativity');
    const job = await this.services.generations.submit(caller, request);
    this.say({ type: 'accepted', request_id: requestId, ...this.statusOf(job, caller) });
    this.watch(job.id, caller);
  }

  /** Who is told of it already hears its last state again. */
  private async subscribe(id: string): Promise<void> {
    const caller = await this.caller('read');
    await this.services.generations.get(caller.accountId, id);
    this.watched.get(id)?.abort();
    this.watched.delete(id);
    this.refuseMore();
    this.watch(id, caller);
  }

  private async cancel(id: string): Promise<void> {
    const caller = await this.caller('write');
    const job = await this.services.generations.cancel(caller.accountId, id);
    if (!this.watched.has(id)) this.say({ type: 'cancelled', ...this.statusOf(job, caller) });
  }

  private watch(id: string, caller: Principal): void {
    const leaving = new AbortController();
    this.watched.set(id, leaving);
    let shown = '';
    const show = (job: JobView): void => {
      const status = this.statusOf(job, caller);
      const news = `${status.status} ${status.progress}`;
      if (news === shown) return;
      shown = news;
      const { status: state } = status;
      if (state === 'queued' || state === 'processing') this.socket.offer({ type: 'progress', ...status });
      else this.say({ type: state, ...status });
    };
    watchJob(this.services.jobs, { accountId: caller.accountId, id }, leaving.signal, show)
      .catch((error: unknown) => this.refuse(explain(error, newId('req'), this.log)))
      .finally(() => {
        if (this.watched.get(id) === leaving) this.watched.delete(id);
      });
  }

  private caller(scope: Scope): Promise<Principal> {
    if (this.key === null) {
      throw new Failure('invalid-key', 'Send { "type": "auth", "api_key": "…" } first.');
    }
    return this.services.callers.identify(this.key, scope);
  }

  private statusOf(job: JobView, { accountId }: Principal): StatusBody {
    return toStatus(job, this.services.links.from(this.opening.origin, accountId));
  }

  private refuseMore(): void {
    if (this.watched.size < watchLimit) return;
    throw new Failure(
      'rate-limited',
      `A socket is told of ${watchLimit} generations at a time; wait for one to end.`,
    );
  }

  private expire(): void {
    const failure = new Failure('invalid-key', 'No key came within 10 s; connect again and send one.');
    this.refuse(failure);
    this.socket.close(failure, farewellMs, 1008);
  }

  private refuse(failure: Failure, requestId?: RequestId): void {
    this.say({ type: 'error', request_id: requestId, error: toError(failure) });
  }

  private say(answer: Answer): void {
    this.socket.send(answer);
  }
}

function requestIdOf(value: unknown): RequestId {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function knownType(type: string): MessageType {
  const known = messageTypes.find((each) => each === type);
  if (known !== undefined) return known;
  const message = `there is no message “${type.slice(0, 64)}”${createSuggest()(type, messageTypes)} Send ${messageTypes.join(', ')}.`;
  throw invalidInput([{ path: ['type'], message }]);
}

function read<Type extends MessageType>(
  type: Type,
  message: Json,
): ReturnType<(typeof messageSchemas)[Type]['parse']> {
  const parsed = messageSchemas[type].safeParse(message);
  if (!parsed.success) throw invalidInput(parsed.error.issues);
  return parsed.data as ReturnType<(typeof messageSchemas)[Type]['parse']>;
}

function tooManyMessages(): Failure {
  return new Failure('rate-limited', `At most ${waitingLimit} messages may wait on one socket.`);
}
