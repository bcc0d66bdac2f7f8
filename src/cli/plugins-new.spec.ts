import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createPlugin } from './plugins-new.js';

let parent: string;

beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'atelier-new-'));
});

afterEach(() => rm(parent, { recursive: true, force: true }));

const read = (...names: string[]) => readFile(path.join(parent, ...names), 'utf8');

describe('a new plugin', () => {
  it('bears its name wherever the template has its own', async () => {
    await createPlugin('film-grain', parent);
    const files = await readdir(path.join(parent, 'film-grain'));
    expect(files.sort()).toEqual(['README.md', 'index.spec.ts', 'index.ts', 'package.json', 'pipeline.json']);
    for (const file of files) expect(await read('film-grain', file)).not.toMatch(/my-plugin|\{\{/);
    expect(JSON.parse(await read('film-grain', 'package.json'))).toMatchObject({
      name: 'atelier-plugin-film-grain',
      keywords: ['atelier-plugin'],
    });
    expect(await read('film-grain', 'index.ts')).toContain(`type: 'film-grain.border'`);
    expect(JSON.parse(await read('film-grain', 'pipeline.json')).nodes.frame.use).toBe('film-grain.border@1');
  });

  it('tells in its README what the command says to type next', async () => {
    const commands = await createPlugin('film-grain', parent);
    expect(await read('film-grain', 'README.md')).toContain(commands.join('\n'));
  });

  it('leaves nothing but itself behind', async () => {
    await createPlugin('film-grain', parent);
    expect(await readdir(parent)).toEqual(['film-grain']);
  });

  it('makes the folder it is to be put in', async () => {
    await createPlugin('grain', path.join(parent, 'deep', 'er'));
    expect(await readdir(path.join(parent, 'deep', 'er'))).toEqual(['grain']);
  });

  it.each(['Film', '1st', '', '..', '../up', 'a/b', 'a b', 'é', 'x'.repeat(41)])(
    'is not named “%s”, and a sentence says why',
    async (name) => {
      await expect(createPlugin(name, parent)).rejects.toThrow('cannot name a plugin');
      expect(await readdir(parent)).toEqual([]);
    },
  );

  it('never takes the place of a folder that is there', async () => {
    await mkdir(path.join(parent, 'taken'));
    await expect(createPlugin('taken', parent)).rejects.toThrow('is there already');
    expect(await readdir(path.join(parent, 'taken'))).toEqual([]);
  });
});
