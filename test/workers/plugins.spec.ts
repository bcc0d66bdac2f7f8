import { jest } from '@jest/globals';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LoadedPlugin } from '../../src/worker/protocol.js';
import { Fleet, node, testPlugins } from './fleet.js';

jest.setTimeout(30_000);

describe('the plugins of a worker', () => {
  let folder: string;
  let fleet: Fleet | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atelier-plugins-'));
  });
  afterEach(async () => {
    await fleet?.stop();
    await rm(folder, { recursive: true });
  });

  const load = async (pluginFolders: string[], options: Parameters<typeof Fleet.start>[0] = {}) => {
    fleet = await Fleet.start({ ...options, pluginFolders });
    return fleet;
  };
  const copy = async (name: string, to = name): Promise<string> => {
    const target = path.join(folder, to);
    await cp(path.join(testPlugins, name), target, { recursive: true });
    return target;
  };
  const greet = async (type: string): Promise<unknown> => {
    const course = await (fleet as Fleet).run([node('greet', type, { name: 'Ada' })]);
    return course.done('greet')?.outputs.greeting;
  };

  it('loads a plugin without a package and without an installation from any folder, TypeScript files and all', async () => {
    await copy('broken/good', 'good');
    const { workers } = await load([folder]);
    expect(workers.problems).toEqual([]);
    expect(workers.plugins).toMatchObject([{ id: 'good', nodes: [{ type: 'good.greet', version: 1 }] }]);
    expect(await greet('good.greet')).toEqual({ kind: 'inline', value: 'Hello, Ada' });
  });

  it('names every plugin that it leaves out and why, and loads the others', async () => {
    await cp(path.join(testPlugins, 'broken'), folder, { recursive: true });
    await mkdir(path.join(folder, 'wrong-syntax'));
    await writeFile(path.join(folder, 'wrong-syntax/index.ts'), 'export default {');
    const { workers } = await load([folder]);
    expect(workers.plugins.map(({ id }) => id)).toEqual(['good']);
    expect(
      Object.fromEntries(workers.problems.map(({ details, message }) => [details.plugin, message])),
    ).toEqual({
      'atelier-plugin-without-a-module': expect.stringContaining('has no module'),
      meddles: expect.stringContaining('changes built-in objects'),
      newer: expect.stringContaining('version 99'),
      'no-plugin': expect.stringContaining('needs a title'),
      throws: expect.stringContaining("open 'weights.bin'"),
      twin: expect.stringContaining('another plugin with the id good'),
      'wrong-syntax': expect.any(String),
    });
    expect(JSON.stringify(workers.problems)).not.toMatch(/\/(etc|tmp)\//);
    expect(await greet('good.greet')).toEqual({ kind: 'inline', value: 'Hello, Ada' });
  });

  it('leaves out plugins that end or block the worker while they are loaded', async () => {
    await cp(path.join(testPlugins, 'fatal'), folder, { recursive: true });
    const { workers } = await load([folder], { silenceMs: 1500 });
    expect(workers.plugins.map(({ id }) => id)).toEqual(['survivor']);
    expect(workers.problems.map(({ details }) => details.plugin)).toEqual(['blocks', 'exits']);
    expect(await greet('survivor.greet')).toEqual({ kind: 'inline', value: 'Ada' });
  });

  it('takes packages of a node_modules folder that carry the keyword, and no others', async () => {
    const scoped = await copy('broken/good', 'node_modules/@studio/greeter');
    await writeFile(
      path.join(scoped, 'package.json'),
      JSON.stringify({
        name: '@studio/greeter',
        exports: { '.': { default: './index.ts' } },
        keywords: ['atelier-plugin'],
      }),
    );
    const other = await copy('fatal/survivor', 'node_modules/other');
    await writeFile(path.join(other, 'package.json'), JSON.stringify({ name: 'other', main: './index.ts' }));
    const { workers } = await load([path.join(folder, 'node_modules')]);
    expect(workers.plugins.map(({ id }) => id)).toEqual(['good']);
    expect(workers.problems).toEqual([]);
  });

  it('gives a plugin a digest of its own files that changes with each of them, not with specs or dependencies', async () => {
    const digest = async (): Promise<string> => {
      await fleet?.stop();
      const { workers } = await load([folder]);
      return (workers.plugins[0] as LoadedPlugin).digest;
    };
    const plugin = await copy('broken/good', 'good');
    const first = await digest();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await mkdir(path.join(plugin, 'node_modules/dependency'), { recursive: true });
    await writeFile(path.join(plugin, 'node_modules/dependency/index.js'), '');
    await writeFile(path.join(plugin, 'index.spec.ts'), 'it.todo("more");');
    expect(await digest()).toBe(first);
    await writeFile(
      path.join(plugin, 'words.ts'),
      'export const greeting = (name: string) => `Good morning, ${name}`;',
    );
    expect(await digest()).not.toBe(first);
    expect(await greet('good.greet')).toEqual({ kind: 'inline', value: 'Good morning, Ada' });
  });

  it('starts several workers with the same plugins', async () => {
    await copy('broken/good', 'good');
    const devices = ['host:0', 'host:1', 'host:2'].map(
      (id) => ({ id, kind: 'host', memoryMiB: 100 }) as const,
    );
    const { workers } = await load([folder], { devices });
    expect(workers.states().map(({ state }) => state)).toEqual(['idle', 'idle', 'idle']);
    expect(new Set(workers.states().map(({ pid }) => pid)).size).toBe(3);
  });
});
