import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, defineNode, port } from '@atelier/sdk';

/** Writes down outside of Atelier when it really runs, one JSON object a line: `{ name, says: 'start' | 'end', at }`. */
function recording(type: string, device: 'cpu' | 'gpu') {
  return defineNode({
    type,
    version: 1,
    title: `Recorded work on a ${device}`,
    inputs: {
      log: port.string(),
      name: port.string(),
      ms: port.integer({ min: 0 }),
      left: port.integer({ default: 0 }),
      right: port.integer({ default: 0 }),
    },
    outputs: { total: port.integer(), image: port.image() },
    needs: { device },
    async run({ log, name, ms, left, right }, ctx) {
      const record = (says: 'start' | 'end'): void =>
        appendFileSync(log, `${JSON.stringify({ name, says, at: Date.now() })}\n`);
      record('start');
      const halfMs = ms / 2;
      await sleep(halfMs, undefined, { signal: ctx.signal });
      ctx.progress(0.5, { message: name });
      await sleep(ms - halfMs, undefined, { signal: ctx.signal });
      record('end');
      const total = left + right + 1;
      return {
        total,
        image: { width: 2, height: 2, channels: 3 as const, data: new Uint8Array(12).fill(total) },
      };
    },
  });
}

export default definePlugin({
  id: 'recording',
  title: 'Nodes that keep a record of their runs',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [recording('recording.host', 'cpu'), recording('recording.device', 'gpu')],
});
