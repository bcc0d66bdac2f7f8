import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Failure, type Json } from '@atelier/sdk';
import type { Principal } from '../../server/accounts/principal.js';
import { newId } from '../../server/database/id.js';
import { explain } from '../../server/http/failures.js';
import { invalidInput } from '../../server/http/validation.js';
import type { RawSocket, SocketHandler } from '../../server/realtime/raw-socket.js';
import { RawSockets } from '../../server/realtime/raw-sockets.js';
import { toSentence } from './failures.js';
import { Generations } from './generations.js';
import { type Answer, generateSchema, type GenerateRequest, messageSchema, seconds } from './wire.js';

/** Requests that may wait on one socket; its answers do not say whose they are, so it has one picture made after the other. */
const waitingLimit = 10;

/** `/ws`: pictures with the progress of each step. */
@Injectable()
export class GenerationSocket implements OnModuleInit {
  private readonly log = new Logger('FluxKrea');

  constructor(
    @Inject(RawSockets) private readonly sockets: RawSockets,
    @Inject(Generations) private readonly generations: Generations,
  ) {}

  onModuleInit(): void {
    this.sockets.serve({
      path: '/ws',
      access: 'local',
      scope: 'write',
      open: (socket, { caller }) => this.open(socket, caller),
    });
  }

  private open(socket: RawSocket, caller: Principal): SocketHandler {
    let turn = Promise.resolve();
    let waiting = 0;
    const refuse = (failure: Failure): void =>
      say(socket, { type: 'error', data: { error: toSentence(failure) } });
    return {
      message: (message) => {
        if (waiting === waitingLimit) return refuse(tooMany());
        waiting += 1;
        turn = turn
          .then(() => this.generate(socket, caller, message))
          .catch((error: unknown) => refuse(explain(error, newId('req'), this.log)))
          .finally(() => (waiting -= 1));
      },
      malformed: refuse,
    };
  }

  private async generate(socket: RawSocket, caller: Principal, message: Json): Promise<void> {
    if (socket.closed.aborted) return;
    const startedAt = performance.now();
    const image = await this.generations.make(caller, read(message), socket.closed, ({ done, of }) =>
      socket.offer({
        type: 'progress',
        data: { step: done, total_steps: of, percentage: Math.round((100 * done) / of) },
      } satisfies Answer),
    );
    say(socket, { type: 'complete', data: { image, duration: seconds(performance.now() - startedAt) } });
  }
}

function say(socket: RawSocket, answer: Answer): void {
  socket.send(answer);
}

function read(message: Json): GenerateRequest {
  const envelope = messageSchema.safeParse(message);
  if (!envelope.success)
    throw new Failure('invalid-input', 'Send { "type": "generate", "data": { "prompt": … } }.');
  const request = generateSchema.safeParse(envelope.data.data);
  if (request.success) return request.data;
  throw invalidInput(request.error.issues);
}

function tooMany(): Failure {
  return new Failure('queue-full', `At most ${waitingLimit} requests may wait on one socket.`);
}
