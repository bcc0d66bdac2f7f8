import { setTimeout as delay } from 'node:timers/promises';
import { defineNode, definePlugin, Failure, port } from '@atelier/sdk';

/** Waits as long as it is told, so that there is time to interrupt it. */
const wait = defineNode({
  type: 'patience.wait',
  version: 1,
  title: 'Wait',
  inputs: { seconds: port.number({ min: 0, default: 60 }), seed: port.seed({ default: 0 }) },
  outputs: { facts: port.json() },
  cache: false,
  async run({ seconds, seed }, ctx) {
    ctx.progress(0, { message: 'Waiting' });
    await delay(seconds * 1000, undefined, { signal: ctx.signal });
    return { facts: { seconds, seed: seed.toString() } };
  },
});

const refuse = defineNode({
  type: 'patience.refuse',
  version: 1,
  title: 'Refuse',
  inputs: {},
  outputs: { facts: port.json() },
  run() {
    throw new Failure('invalid-input', 'Nothing will do.');
  },
});

export default definePlugin({
  id: 'patience',
  title: 'Patience',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [wait, refuse],
});
