import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AllowedFolders, contains } from './allowed-folders.js';

describe('AllowedFolders', () => {
  let root: string;
  let folders: AllowedFolders;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'atelier-folders-')));
    for (const folder of ['home/inner', 'shared', 'elsewhere'])
      await mkdir(path.join(root, folder), { recursive: true });
    await writeFile(path.join(root, 'elsewhere', 'secret'), 'secret');
    folders = new AllowedFolders({ home: path.join(root, 'home'), imports: [path.join(root, 'shared')] });
  });
  afterEach(() => rm(root, { recursive: true }));

  it('takes relative paths from ATELIER_HOME and gives the real place, whether it is there or not', async () => {
    expect(await folders.locate('./inner', ['own'])).toBe(path.join(root, 'home', 'inner'));
    expect(await folders.locate('new/folder', ['own'])).toBe(path.join(root, 'home', 'new', 'folder'));
    expect(await folders.locate('.', ['own'])).toBe(path.join(root, 'home'));
  });

  it('keeps to the folders that the caller may use', async () => {
    const shared = path.join(root, 'shared', 'a.png');
    expect(await folders.locate(shared, ['own', 'shared'])).toBe(shared);
    expect(await folders.locate(shared, ['own'])).toBeNull();
    expect(await folders.locate(path.join(root, 'home', 'a.png'), ['shared'])).toBeNull();
  });

  it.each([
    '..',
    '../elsewhere',
    '../home-other',
    '/etc/passwd',
    '/',
    'inner/../../elsewhere/secret',
    'a\0b',
  ])('finds nothing at %j', async (given) => {
    expect(await folders.locate(given, ['own', 'shared'])).toBeNull();
  });

  it('follows links, and stays inside', async () => {
    await symlink('../elsewhere', path.join(root, 'home', 'out'));
    await symlink('inner', path.join(root, 'home', 'in'));
    await symlink('loop', path.join(root, 'home', 'loop'));
    expect(await folders.locate('in/x', ['own'])).toBe(path.join(root, 'home', 'inner', 'x'));
    for (const given of ['out', 'out/secret', 'out/new', 'in/../out/secret', 'loop']) {
      expect(await folders.locate(given, ['own'])).toBeNull();
    }
  });

  it('works when ATELIER_HOME is itself a link, and when an import folder is missing', async () => {
    await symlink('home', path.join(root, 'alias'));
    const aliased = new AllowedFolders({
      home: path.join(root, 'alias'),
      imports: [path.join(root, 'missing')],
    });
    expect(await aliased.locate('x', ['own', 'shared'])).toBe(path.join(root, 'home', 'x'));
    expect(await aliased.locate(path.join(root, 'missing', 'x'), ['own', 'shared'])).toBeNull();
  });
});

describe('contains', () => {
  it('tells what is inside from what only begins the same', () => {
    expect(contains('/a/b', '/a/b')).toBe(true);
    expect(contains('/a/b', '/a/b/c')).toBe(true);
    expect(contains('/a/b', '/a/b/..c')).toBe(true);
    expect(contains('/a/b', '/a/bc')).toBe(false);
    expect(contains('/a/b', '/a')).toBe(false);
  });
});
