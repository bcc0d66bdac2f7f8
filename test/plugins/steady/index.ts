import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, defineNode, Failure, port } from '@atelier/sdk';

const add = defineNode({
  type: 'steady.add',
  version: 1,
  title: 'Add',
  inputs: { a: port.number(), b: port.number({ default: 1 }) },
  outputs: { sum: port.number() },
  run: ({ a, b }) => ({ sum: a + b }),
});

/** The time from `startedAt` to `endedAt`, on a clock that all workers share. */
const pause = defineNode({
  type: 'steady.pause',
  version: 1,
  title: 'Pause',
  inputs: { ms: port.integer(), after: port.optional(port.json()) },
  outputs: { startedAt: port.number(), endedAt: port.number(), image: port.image() },
  async run({ ms }, ctx) {
    const startedAt = Date.now();
    ctx.progress(0.1, { message: 'waiting' });
    await sleep(ms, undefined, { signal: ctx.signal });
    return { startedAt, endedAt: Date.now(), image: plain(8, 8, 128) };
  },
});

/** Reports progress in many small steps. */
const count = defineNode({
  type: 'steady.count',
  version: 1,
  title: 'Count',
  inputs: { to: port.integer({ min: 1 }), everyMs: port.integer({ default: 5 }) },
  outputs: { counted: port.integer() },
  async run({ to, everyMs }, ctx) {
    for (let step = 1; step <= to; step++) {
      await sleep(everyMs, undefined, { signal: ctx.signal });
      ctx.progress(step % 7 === 0 ? 0 : step / to, {
        message: `step ${step}`,
        preview: plain(640, 480, step % 256),
      });
    }
    return { counted: to };
  },
});

const paint = defineNode({
  type: 'steady.paint',
  version: 1,
  title: 'Paint',
  inputs: {
    width: port.integer({ min: 1, max: 4096 }),
    height: port.integer({ min: 1, max: 4096 }),
    level: port.integer(),
  },
  outputs: { image: port.image(), mask: port.mask() },
  run({ width, height, level }) {
    return {
      image: plain(width, height, level),
      mask: { width, height, data: new Uint8Array(width * height).fill(level) },
    };
  },
});

/** Everything that can reach a node, as JSON. */
const inspect = defineNode({
  type: 'steady.inspect',
  version: 1,
  title: 'Inspect',
  inputs: {
    image: port.optional(port.image()),
    mask: port.optional(port.mask()),
    file: port.optional(port.file()),
    seed: port.optional(port.seed()),
    numbers: port.optional(port.list(port.number())),
    json: port.optional(port.json()),
    text: port.string({ default: 'nothing' }),
  },
  outputs: { seen: port.json() },
  run({ image, mask, file, seed, numbers, json, text }) {
    return {
      seen: {
        image: image ? [image.width, image.height, image.channels, image.data[0] ?? 0] : null,
        mask: mask ? [mask.width, mask.height, mask.data[0] ?? 0] : null,
        file: file ? [file.mediaType, file.bytes] : null,
        seed: seed === undefined ? null : seed.toString(),
        numbers: numbers ?? null,
        json: json ?? null,
        text,
      },
    };
  },
});

const write = defineNode({
  type: 'steady.write',
  version: 1,
  title: 'Write',
  inputs: { text: port.text() },
  outputs: { file: port.file(), tempDir: port.string() },
  async run({ text }, ctx) {
    return { file: await ctx.assets.write(Buffer.from(text), 'note.txt'), tempDir: ctx.tempDir };
  },
});

const latents = defineNode({
  type: 'steady.latents',
  version: 1,
  title: 'Latents',
  inputs: { seed: port.seed(), latents: port.optional(port.latents()) },
  outputs: { latents: port.latents(), first: port.number() },
  run({ seed, latents: given }, ctx) {
    const random = ctx.random(seed);
    const made = given ?? {
      dims: [1, 4, 2, 2],
      space: 'test',
      data: Float32Array.from({ length: 16 }, () => random.next()),
    };
    return { latents: made, first: made.data[0] as number };
  },
});

let failures = 0;

/** Fails the first `times` times in the life of its worker. */
const flaky = defineNode({
  type: 'steady.flaky',
  version: 1,
  title: 'Flaky',
  inputs: { times: port.integer() },
  outputs: { tries: port.integer() },
  run({ times }) {
    if (failures++ < times) throw new Failure('unavailable', 'Not yet.');
    const tries = failures;
    failures = 0;
    return { tries };
  },
});

/** Holds something of a model that the worker keeps, and says how often it had to be loaded. */
const useModel = defineNode({
  type: 'steady.use-model',
  version: 1,
  title: 'Use a model',
  inputs: {
    model: port.model({ families: ['test'] }),
    part: port.string({ default: 'weights' }),
    after: port.optional(port.integer()),
  },
  outputs: { loads: port.integer(), disposals: port.integer() },
  needs: { device: 'gpu', models: ['model'] },
  async run({ model, part }, ctx) {
    await ctx.models.use(model, part, async (files) => {
      loads++;
      return { value: files.path('weights.bin'), dispose: () => void disposals++ };
    });
    return { loads, disposals };
  },
});
let loads = 0;
let disposals = 0;

const series = defineNode({
  type: 'steady.series',
  version: 1,
  title: 'Series',
  inputs: { length: port.integer({ min: 0 }) },
  outputs: { seeds: port.list(port.seed()), images: port.list(port.image()) },
  run({ length }) {
    return {
      seeds: Array.from({ length }, (_, index) => 2n ** 63n + BigInt(index)),
      images: Array.from({ length }, (_, index) => plain(2, 2, index)),
    };
  },
});

const speak = defineNode({
  type: 'steady.speak',
  version: 1,
  title: 'Speak',
  inputs: { times: port.integer() },
  outputs: { said: port.integer() },
  run({ times }, { log, tempDir }) {
    log.info('said quietly', { tempDir, size: 1n, call: () => undefined });
    for (let time = 0; time < times; time++) console.log(`said aloud ${time}`);
    return { said: times };
  },
});

const stamped = defineNode({
  type: 'steady.stamped',
  version: 1,
  title: 'Stamped',
  inputs: { name: port.string(), other: port.optional(port.number()) },
  outputs: { name: port.string() },
  fingerprint: ({ name, other }) => `${name ?? 'unknown'}/${other ?? 'none'}`,
  run: ({ name }) => ({ name }),
});

function plain(width: number, height: number, level: number) {
  return { width, height, channels: 3 as const, data: new Uint8Array(width * height * 3).fill(level) };
}

export default definePlugin({
  id: 'steady',
  title: 'Nodes that behave',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [add, pause, count, paint, inspect, write, latents, flaky, useModel, series, speak, stamped],
});
