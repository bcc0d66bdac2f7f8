import { Failure } from '@atelier/sdk';

const mostWaiting = 8;

/** One after the other: each message of a chat is answered in view of the reply before it. */
export class Turns {
  private readonly last = new Map<string, { ended: Promise<unknown>; waiting: number }>();

  /** @throws Failure `conflict` when too many wait already */
  async take<Value>(id: string, work: () => Promise<Value>): Promise<Value> {
    const turn = this.last.get(id) ?? { ended: Promise.resolve(), waiting: 0 };
    if (turn.waiting >= mostWaiting)
      throw new Failure(
        'conflict',
        'Too many messages of this chat wait for their reply; wait for one of them.',
      );
    turn.waiting += 1;
    this.last.set(id, turn);
    const result = turn.ended.then(work);
    turn.ended = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      turn.waiting -= 1;
      if (turn.waiting === 0) this.last.delete(id);
    }
  }
}
