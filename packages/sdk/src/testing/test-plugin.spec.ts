import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunContext } from '../context.js';
import { defineNode, type NodeDefinition } from '../node.js';
import { definePlugin, type AnyNode, type PluginDefinition } from '../plugin.js';
import { port } from '../ports.js';
import type { FileRef, Image } from '../values.js';
import { testPlugin } from './test-plugin.js';

const inputs = { image: port.image(), file: port.file(), amount: port.number({ default: 1 }) };
const outputs = { image: port.image(), file: port.optional(port.file()) };
type Run = NodeDefinition<typeof inputs, typeof outputs>['run'];

const wellBehaved: Run = async ({ image, file, amount }, ctx) => {
  ctx.progress(0.1, { message: 'starts' });
  const random = ctx.random(7);
  const data = image.data.map((byte) => byte * amount + random.below(2));
  await writeFile(join(ctx.tempDir, 'out.bin'), data);
  await ctx.assets.read(file);
  const stored = await ctx.assets.write({ path: join(ctx.tempDir, 'out.bin') }, 'out.bin');
  ctx.progress(1);
  return { image: { ...image, data }, file: stored };
};

function pluginOf(run: Run, change: Partial<AnyNode> = {}): PluginDefinition {
  const examples = [{ title: 'as it is', inputs: { amount: 0.5 } }];
  const node = defineNode({ type: 'demo.node', version: 1, title: 'Node', inputs, outputs, examples, run });
  return definePlugin({
    id: 'demo',
    title: 'Demo',
    version: '1.0.0',
    apiVersion: 1,
    nodes: [{ ...node, ...change }],
  });
}

/** Runs the suite and gives the error of each test that fails, by its title. */
async function failuresOf(plugin: PluginDefinition, stopsWithinMs?: number): Promise<Record<string, string>> {
  const tests: [string, () => Promise<void>][] = [];
  const describe = (_: string, register: () => void): void => register();
  const it = (title: string, run: () => Promise<void>): void => void tests.push([title, run]);
  testPlugin(plugin, { describe, it, stopsWithinMs });
  expect(tests.length).toBeGreaterThan(0);
  const failures: Record<string, string> = {};
  for (const [title, run] of tests) {
    await run().catch((error: unknown) => {
      failures[title] = (error as Error).message;
    });
  }
  return failures;
}

// Registers itself with jest, as an author's spec does.
testPlugin(pluginOf(wellBehaved));

describe('the suite for plugins', () => {
  const image = (ctx: RunContext): Image => ({
    width: 1,
    height: 1,
    channels: 3,
    data: Uint8Array.from({ length: 3 }, () => ctx.random(1).below(256)),
  });

  it('lets a well-behaved plugin pass', async () => {
    expect(await failuresOf(pluginOf(wellBehaved))).toEqual({});
  });

  it.each<[string, Run, string, RegExp]>([
    [
      'an output that is none',
      () => ({ image: { width: 1 } as Image }),
      'gives outputs that fit their ports',
      /“image” must/,
    ],
    [
      'an output whose file is not stored',
      (_, ctx) => ({ image: image(ctx), file: unstored }),
      'gives outputs that fit their ports',
      /not stored.*: file\./,
    ],
    [
      'progress that runs backwards',
      (_, ctx) => {
        ctx.progress(0.5);
        ctx.progress(0.4);
        return { image: image(ctx) };
      },
      'reports progress from 0 to 1 that never runs backwards',
      /from 0.5 to 0.4/,
    ],
    [
      'progress in percent',
      (_, ctx) => {
        ctx.progress(50);
        return { image: image(ctx) };
      },
      'reports progress from 0 to 1 that never runs backwards',
      /to 50/,
    ],
    [
      'an input that it changes',
      (given) => {
        given.image.data.fill(0);
        return { image: { ...given.image, data: new Uint8Array(given.image.data) } };
      },
      'leaves its inputs as they are',
      /image/,
    ],
    [
      'a file in the working directory',
      async (_, ctx) => {
        await writeFile('stray.txt', '');
        return { image: image(ctx) };
      },
      'writes files in tempDir only',
      /stray\.txt/,
    ],
    [
      'a stored file that it changes',
      async ({ file }, ctx) => {
        await writeFile(await ctx.assets.path(file), 'changed');
        return { image: image(ctx) };
      },
      'writes files in tempDir only',
      /stored files/,
    ],
    [
      'chance that does not come from the context',
      (_, ctx) => {
        const made = image(ctx);
        made.data[0] = turn++ % 256;
        return { image: made };
      },
      'gives the same for the same inputs',
      /image/,
    ],
    [
      'no regard for being aborted',
      async (_, ctx) => {
        await delay(300);
        return { image: image(ctx) };
      },
      'stops soon after it is aborted',
      /ctx\.signal/,
    ],
    [
      'a loop that blocks everything',
      (_, ctx) => {
        const end = performance.now() + 300;
        while (performance.now() < end);
        return { image: image(ctx) };
      },
      'stops soon after it is aborted',
      /ctx\.signal/,
    ],
  ])('finds a node with %s', async (_, run, title, message) => {
    const failures = await failuresOf(pluginOf(run), 50);
    expect(failures[`as it is: ${title}`]).toMatch(message);
  });

  it('lets a node draw chance from elsewhere when it says that it is not to be cached', async () => {
    const run: Run = (_, ctx) => {
      const made = image(ctx);
      made.data[0] = turn++ % 256;
      return { image: made };
    };
    expect(await failuresOf(pluginOf(run, { cache: false }))).toEqual({});
  });

  it('lets a node end with an error when it is aborted', async () => {
    const run: Run = async (_, ctx) => {
      await delay(600, undefined, { signal: ctx.signal });
      return { image: image(ctx) };
    };
    expect(await failuresOf(pluginOf(run), 400)).toEqual({});
  });

  it('finds a node that throws, in every test of the example', async () => {
    const failures = await failuresOf(
      pluginOf(() => {
        throw new Error('broken');
      }),
    );
    expect(Object.values(failures)).toEqual(expect.arrayContaining(['broken']));
  });

  it('finds a node without an example', async () => {
    expect(await failuresOf(pluginOf(wellBehaved, { examples: [] }))).toEqual({
      'has an example': 'The node has no example; add one that shows it at work.',
    });
  });

  it('finds a plugin that no host accepts, and leaves it at that', async () => {
    expect(await failuresOf(pluginOf(wellBehaved, { title: '' }))).toEqual({
      'is declared as a host accepts it': 'The node “demo.node” needs a title.',
    });
  });

  it('runs under node --test as well', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-node-test-'));
    const source = (path: string): string => JSON.stringify(fileURLToPath(new URL(path, import.meta.url)));
    await writeFile(
      join(folder, 'plugins.test.mjs'),
      `import { createJiti } from ${source('../../../../node_modules/jiti/lib/jiti.mjs')};
      const jiti = createJiti(import.meta.url, { fsCache: false });
      const { defineNode, port } = await jiti.import(${source('../index.ts')});
      const { testPlugin } = await jiti.import(${source('./index.ts')});
      const test = (id, result) => {
        const node = defineNode({ type: id + '.one', version: 1, title: 'One', inputs: {}, outputs: { n: port.integer() },
          examples: [{ title: 'one', inputs: {} }], run: () => result });
        testPlugin({ id, title: 'Demo', version: '1.0.0', apiVersion: 1, nodes: [node] });
      };
      test('good', { n: 1 });
      test('bad', { n: 'x' });`,
    );
    const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
    const output = await new Promise<string>((resolve) => {
      const args = ['--test', '--test-reporter=tap', folder];
      execFile(process.execPath, args, { env }, (_, stdout) => resolve(stdout));
    });
    await rm(folder, { recursive: true });
    expect(output).toMatch(/^ *ok \d+ - plugin good$/m);
    expect(output).toMatch(/^ *not ok \d+ - plugin bad$/m);
  }, 60_000);
});

const unstored: FileRef = { sha256: '0'.repeat(64), bytes: 1, mediaType: 'text/plain', name: 'x' };
let turn = 0;
