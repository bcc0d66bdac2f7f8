import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, defineNode, port } from '@atelier/sdk';

const ports = { inputs: { after: port.optional(port.json()) }, outputs: { value: port.number() } };

export default definePlugin({
  id: 'hanging',
  title: 'Nodes that do not end',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    defineNode({
      type: 'hanging.never',
      version: 1,
      title: 'Never resolves',
      ...ports,
      run: () => new Promise<{ value: number }>(() => undefined),
    }),
    defineNode({
      type: 'hanging.deaf',
      version: 1,
      title: 'Goes on after it was aborted',
      ...ports,
      async run() {
        for (;;) await sleep(20);
      },
    }),
    defineNode({
      type: 'hanging.loop',
      version: 1,
      title: 'Loops for ever',
      ...ports,
      run() {
        for (;;);
      },
    }),
    defineNode({
      type: 'hanging.microtasks',
      version: 1,
      title: 'Never lets the event loop turn',
      ...ports,
      async run() {
        for (;;) await Promise.resolve();
      },
    }),
  ],
});
