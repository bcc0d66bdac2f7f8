import { Failure } from '../failure.js';
import { defineNode } from '../node.js';
import { port, type Ports } from '../ports.js';
import { createTestContext } from './context.js';
import { runNode } from './run-node.js';

/** A node that returns what it was given. */
function echo<const I extends Ports>(inputs: I) {
  let seen: unknown;
  const node = defineNode({
    type: 'demo.echo',
    version: 1,
    title: 'Echo',
    inputs,
    outputs: { done: port.boolean() },
    run(given) {
      seen = given;
      return { done: true };
    },
  });
  return { node, seen: () => seen as Record<string, unknown> };
}

function returning(result: unknown) {
  return defineNode({
    type: 'demo.return',
    version: 1,
    title: 'Return',
    inputs: {},
    outputs: { count: port.integer({ max: 5 }), note: port.optional(port.string()) },
    run: () => result as { count: number },
  });
}

describe('a node run by a test', () => {
  it('gets the inputs given and the defaults of the others', async () => {
    const { node, seen } = echo({
      radius: port.number({ default: 8 }),
      tint: port.colour({ default: '#FFFFFF' }),
      seed: port.seed({ default: '12345678901234567890' }),
      note: port.optional(port.string()),
      extra: port.json({ default: null }),
    });
    await runNode(node, { radius: 2 });
    expect(seen()).toEqual({ radius: 2, tint: '#ffffff', seed: 12345678901234567890n, extra: null });
  });

  it('gets the same seed each time where one is to be drawn', async () => {
    const { node, seen } = echo({ seed: port.seed({ default: -1 }) });
    await runNode(node);
    const first = seen().seed;
    await runNode(node);
    expect(typeof first).toBe('bigint');
    expect(seen().seed).toBe(first);
  });

  it('gets samples for the media that it requires, and nothing for optional media', async () => {
    const { node, seen } = echo({
      image: port.image(),
      images: port.list(port.image(), { minItems: 3 }),
      sound: port.file({ accept: ['audio/*'] }),
      clip: port.video(),
      mask: port.optional(port.mask()),
    });
    await runNode(node);
    expect(seen()).toMatchObject({
      image: { width: 64, height: 48, channels: 3 },
      sound: { mediaType: 'audio/wav' },
      clip: { frames: 8 },
    });
    expect(seen().images).toHaveLength(3);
    expect(seen()).not.toHaveProperty('mask');
  });

  it('gets the first model of the test that is of its family', async () => {
    const folder = '.';
    const models = { xl: { family: 'sdxl', folder }, tiny: { family: 'sd15', folder } };
    const ctx = createTestContext({ models });
    const { node, seen } = echo({ model: port.model({ families: ['sd15'] }), any: port.model() });
    await runNode(node, {}, ctx);
    expect(seen()).toMatchObject({ model: { id: 'tiny' }, any: { id: 'xl' } });
    await ctx.close();
  });

  it.each<[Ports, object, string]>([
    [{ radius: port.number({ max: 5 }) }, { radius: 6 }, 'The input “radius” must be at most 5, not 6.'],
    [{ radius: port.number() }, { radios: 6 }, 'There is no input “radios”; did you mean “radius”?'],
    [{ prompt: port.string() }, {}, 'The input “prompt” is missing.'],
    [{ model: port.model() }, {}, 'The input “model” is missing.'],
    [{ image: port.image() }, { image: 'a.png' }, 'The input “image” must be an image, not text.'],
  ])('is not run with inputs that do not fit: %#', async (inputs, given, message) => {
    const { node, seen } = echo(inputs);
    await expect(runNode(node, given)).rejects.toMatchObject({ code: 'invalid-input', message });
    expect(seen()).toBeUndefined();
  });

  it.each([
    [undefined, 'The node must return an object with its outputs.'],
    [{}, 'The output “count” is missing.'],
    [{ count: 6 }, 'The output “count” must be at most 5, not 6.'],
    [{ count: 1, other: 2 }, 'The node returned “other”, which is none of its outputs.'],
  ])('has failed when it returns %j', async (result, message) => {
    await expect(runNode(returning(result))).rejects.toMatchObject({ code: 'node-failed', message });
  });

  it('gives its outputs, with the type of each', async () => {
    const { count } = await runNode(returning({ count: 5 }));
    expect(count.toFixed(1)).toBe('5.0');
  });

  it('throws what the node throws', async () => {
    const failure = new Failure('too-large', 'Make it smaller.');
    const node = defineNode({
      ...returning({}),
      run: () => {
        throw failure;
      },
    });
    await expect(runNode(node)).rejects.toBe(failure);
  });

  it('leaves its context open when the test has given it', async () => {
    const ctx = createTestContext();
    const node = defineNode({
      type: 'demo.write',
      version: 1,
      title: 'Write',
      inputs: {},
      outputs: { file: port.file() },
      run: async (_, { assets }) => ({ file: await assets.write(Buffer.from('x'), 'x.txt') }),
    });
    const { file } = await runNode(node, {}, ctx);
    expect(await ctx.assets.read(file)).toHaveLength(1);
    await ctx.close();
  });
});
