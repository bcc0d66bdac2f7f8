import { Inject, Logger } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import { z } from 'zod';
import { Failure, type FailureCode } from '@atelier/sdk';
import type { Principal } from '../accounts/principal.js';
import { Callers } from '../http/callers.js';
import { explain } from '../http/failures.js';
import { Lifecycle } from '../http/lifecycle.js';
import { Jobs } from '../jobs/jobs.service.js';
import { Backlog } from './backlog.js';
import { type Feed, feed, type Reader } from './feed.js';

const subscribeSchema = z.object({ jobId: z.string().max(128), lastSeq: z.int().min(0).default(0) });
const unsubscribeSchema = z.object({ jobId: z.string().max(128) });

/** Jobs that one socket may follow at a time. */
const followLimit = 200;

interface Session {
  caller: Principal;
  backlog: Backlog;
  follows: Map<string, AbortController>;
}

type Client = Socket<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, Session>;
type Answer = { ok: true; lastSeq: number } | { ok: false; error: { code: FailureCode; message: string } };

/** Jobs over socket.io: `subscribe {jobId, lastSeq?}` gives `event`s without gaps, and `preview`s where there is room. */
@WebSocketGateway()
export class JobsGateway
  implements OnGatewayInit<Server>, OnGatewayConnection<Client>, OnGatewayDisconnect<Client>
{
  private readonly log = new Logger('Socket');

  constructor(
    @Inject(Callers) private readonly callers: Callers,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  afterInit(server: Server): void {
    server.use((socket, next) => {
      this.identify(socket as Client).then(
        () => next(),
        (error: unknown) => next(handshakeError(explain(error, socket.id, this.log))),
      );
    });
    this.lifecycle.stopping.addEventListener('abort', () => {
      // Closed below socket.io's own protocol, so that its clients come back by themselves.
      for (const socket of server.sockets.sockets.values()) socket.conn.close();
    });
  }

  handleConnection(client: Client): void {
    client.data.backlog = new Backlog(client.conn);
    client.data.follows = new Map();
  }

  handleDisconnect(client: Client): void {
    for (const follow of client.data.follows.values()) follow.abort();
  }

  @SubscribeMessage('subscribe')
  async subscribe(@ConnectedSocket() client: Client, @MessageBody() body: unknown): Promise<Answer> {
    const request = subscribeSchema.safeParse(body);
    if (!request.success) return refused(new Failure('invalid-input', 'Send { jobId, lastSeq? }.'));
    const { jobId, lastSeq } = request.data;
    const { follows, caller } = client.data;
    if (follows.size >= followLimit && !follows.has(jobId)) {
      return refused(
        new Failure('conflict', `A socket follows ${followLimit} jobs at most; unsubscribe from one first.`),
      );
    }
    const leaving = new AbortController();
    follows.get(jobId)?.abort();
    follows.set(jobId, leaving);
    try {
      const { accountId } = caller;
      await this.jobs.get(accountId, jobId);
      const source = { jobs: this.jobs, accountId, jobId, lastSeq };
      // The answer goes out before the first event.
      setImmediate(() => void this.follow(client, source, leaving));
      return { ok: true, lastSeq };
    } catch (error) {
      leave(follows, jobId, leaving);
      return refused(explain(error, client.id, this.log));
    }
  }

  @SubscribeMessage('unsubscribe')
  unsubscribe(@ConnectedSocket() client: Client, @MessageBody() body: unknown): { ok: true } | Answer {
    const request = unsubscribeSchema.safeParse(body);
    if (!request.success) return refused(new Failure('invalid-input', 'Send { jobId }.'));
    client.data.follows.get(request.data.jobId)?.abort();
    return { ok: true };
  }

  private async identify(client: Client): Promise<void> {
    const { auth, headers } = client.handshake;
    const token: unknown = auth.token;
    client.data.caller = await this.callers.identify(
      typeof token === 'string' ? { authorization: `Bearer ${token}` } : headers,
      'read',
    );
  }

  private async follow(client: Client, source: Feed, leaving: AbortController): Promise<void> {
    const { jobId } = source;
    try {
      await feed(source, socketReader(client), leaving.signal);
    } catch (error) {
      this.log.debug({ msg: 'A socket was closed', jobId, err: error });
      client.conn.close();
    } finally {
      leave(client.data.follows, jobId, leaving);
    }
  }
}

/** Takes a follow from the list, unless another one of the same job has taken its place. */
function leave(follows: Session['follows'], jobId: string, leaving: AbortController): void {
  if (follows.get(jobId) === leaving) follows.delete(jobId);
}

function socketReader(client: Client): Reader {
  const { backlog } = client.data;
  return {
    event: (event) => {
      client.emit('event', event);
      return backlog.hasRoom;
    },
    preview: ({ data, ...preview }) => {
      client.volatile.emit('preview', { ...preview, data: Buffer.from(data) });
    },
    drained: () => backlog.drained(),
  };
}

function refused({ code, message }: Failure): Answer {
  return { ok: false, error: { code, message } };
}

/** socket.io hands `data` to the client; an error without it is one of the connection. */
function handshakeError({ code, message }: Failure): Error {
  return Object.assign(new Error(message), { data: { code } });
}
