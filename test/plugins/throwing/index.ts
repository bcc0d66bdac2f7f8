import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, defineNode, Failure, port } from '@atelier/sdk';

const outputs = { value: port.number() };

function failing(name: string, run: () => Promise<{ value: number }> | { value: number }) {
  return defineNode({ type: `throwing.${name}`, version: 1, title: name, inputs: {}, outputs, run });
}

export default definePlugin({
  id: 'throwing',
  title: 'Nodes that throw',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    failing('at-once', () => {
      throw new Error('the brush is broken');
    }),
    failing('later', async () => {
      await sleep(5);
      throw new Error("ENOENT: no such file or directory, open '/home/painter/secret/brush.bin'");
    }),
    failing('a-failure', () => {
      throw new Failure('model-invalid', 'The weights are torn.', { model: 'tiny' });
    }),
    failing('odd-failure', () => {
      throw Object.assign(
        new Failure('internal', 'Odd, see /home/painter/odd.log.', { size: 1n, call: () => 1 }),
        { code: 'odd' },
      );
    }),
    failing('no-error', () => Promise.reject('just text')),
    failing('undefined', () => Promise.reject(undefined)),
    failing('hostile', () => {
      throw {
        get message(): string {
          throw new Error('no message for you');
        },
        toString: () => {
          throw new Error('nor text');
        },
      };
    }),
    failing('orphan-rejection', async () => {
      void Promise.reject(new Error('nobody awaits me'));
      await sleep(10_000);
      return { value: 1 };
    }),
    failing('in-a-callback', async () => {
      setTimeout(() => {
        throw new Error('thrown in a timer');
      }, 5);
      await sleep(10_000);
      return { value: 1 };
    }),
  ],
});
