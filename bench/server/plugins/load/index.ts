import { setTimeout as sleep } from 'node:timers/promises';
import { defineNode, definePlugin, port } from '@atelier/sdk';

const nothing = defineNode({
  type: 'load.nothing',
  version: 1,
  title: 'Nothing',
  inputs: { value: port.integer() },
  outputs: { value: port.integer() },
  run: ({ value }) => ({ value }),
});

const wait = defineNode({
  type: 'load.wait',
  version: 1,
  title: 'Wait',
  inputs: { ms: port.integer(), value: port.integer() },
  outputs: { value: port.integer() },
  async run({ ms, value }, ctx) {
    await sleep(ms, undefined, { signal: ctx.signal });
    return { value };
  },
});

/** Keeps one core busy and its worker's event loop blocked, as inference does. */
function burn(device: 'cpu' | 'gpu') {
  return defineNode({
    type: `load.burn-${device}`,
    version: 1,
    title: 'Burn',
    inputs: { ms: port.integer(), value: port.integer() },
    outputs: { value: port.integer() },
    needs: { device },
    run({ ms, value }) {
      const endsAt = performance.now() + ms;
      while (performance.now() < endsAt);
      return { value };
    },
  });
}

export default definePlugin({
  id: 'load',
  title: 'Nodes that cost time and nothing else',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [nothing, wait, burn('cpu'), burn('gpu')],
});
