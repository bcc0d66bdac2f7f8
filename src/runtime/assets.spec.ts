import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { Assets } from './assets.js';

const hello = Buffer.from('hello');
const helloDigest = createHash('sha256').update(hello).digest('hex');

describe('Assets', () => {
  let folder: string;
  let assets: Assets;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'atelier-assets-'));
    assets = new Assets(path.join(folder, 'assets'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const files = async (): Promise<string[]> => {
    const entries = await readdir(path.join(folder, 'assets'), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  };

  it('names a blob by its content and gives it back', async () => {
    const stored = await assets.put(hello);
    expect(stored).toEqual({ sha256: helloDigest, bytes: 5, mediaType: 'text/plain' });
    expect(Buffer.from(await assets.read(helloDigest))).toEqual(hello);
    expect(await assets.path(helloDigest)).toBe(
      path.join(folder, 'assets', helloDigest.slice(0, 2), helloDigest.slice(2, 4), helloDigest),
    );
  });

  it('takes streams and files as well as bytes', async () => {
    const big = Buffer.alloc(3_000_000, 'atelier');
    const file = path.join(folder, 'big');
    await writeFile(file, big);
    const stored = await assets.put({ path: file });
    expect(await assets.put(Readable.from([big.subarray(0, 7), big.subarray(7)]))).toEqual(stored);
    expect(await assets.put(big)).toEqual(stored);
    expect(stored.bytes).toBe(3_000_000);
    expect(await files()).toEqual([stored.sha256]);
  });

  it('opens a range of a blob', async () => {
    await assets.put(hello);
    const part = await assets.open(helloDigest, { start: 1, end: 3 });
    expect(Buffer.concat(await part.toArray()).toString()).toBe('ell');
  });

  it('refuses a stream as soon as it is too long, and leaves nothing behind', async () => {
    let asked = 0;
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          asked++;
          yield Buffer.alloc(1000);
        }
      })(),
    );
    await expect(assets.put(endless, { limitBytes: 10_000 })).rejects.toMatchObject({
      code: 'too-large',
      details: { limitBytes: 10_000 },
    });
    expect(asked).toBeLessThan(200);
    expect(await files()).toEqual([]);
  });

  it('leaves nothing behind when the source breaks off', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield hello;
      throw new Error('the connection was reset');
    };
    await expect(assets.put(broken())).rejects.toThrow('reset');
    expect(await files()).toEqual([]);
  });

  it('reports as such that a disk takes no more, shows no part of the file, and goes on afterwards', async () => {
    // A limit on the size of files stands in for the end of the disk: the kernel refuses the write in the middle.
    const module = JSON.stringify(path.resolve('dist/runtime/assets.js'));
    const store = JSON.stringify(path.join(folder, 'assets'));
    const script = `
      const { Assets } = await import(${module});
      const assets = new Assets(${store});
      const put = (bytes) => assets.put(Buffer.alloc(bytes, 1)).then(({ bytes }) => bytes, ({ code }) => code);
      console.log(JSON.stringify([await put(300_000), await put(3000)]));`;
    const { stdout } = await promisify(execFile)('sh', [
      '-c',
      'ulimit -f 200; exec "$0" "$@"',
      process.execPath,
      '--input-type=module',
      '-e',
      script,
    ]);
    expect(JSON.parse(stdout)).toEqual(['storage-full', 3000]);
    expect(await files()).toHaveLength(1);
  });

  it('renews the time of a blob that is stored again', async () => {
    await assets.put(hello);
    const file = await assets.path(helloDigest);
    await utimes(file, new Date(0), new Date(0));
    await assets.put(hello);
    expect(Date.now() - (await stat(file)).mtimeMs).toBeLessThan(10_000);
  });

  it('stores the same content many times at once', async () => {
    const stored = await Promise.all(Array.from({ length: 20 }, () => assets.put(hello)));
    expect(new Set(stored.map(({ sha256 }) => sha256))).toEqual(new Set([helloDigest]));
    expect(await files()).toEqual([helloDigest]);
  });

  it('never shows a blob before it is whole', async () => {
    const seen: number[] = [];
    const slow = async function* (): AsyncGenerator<Uint8Array> {
      for (const byte of hello) {
        yield Uint8Array.of(byte);
        seen.push((await files()).filter((name) => name === helloDigest).length);
      }
    };
    await assets.put(slow());
    expect(seen).toEqual([0, 0, 0, 0, 0]);
    expect(await files()).toEqual([helloDigest]);
  });

  it.each([
    '',
    '../../etc/passwd',
    helloDigest.toUpperCase(),
    `${helloDigest}/..`,
    helloDigest.slice(1),
    `${helloDigest}\0`,
  ])('knows no blob under a name that is no digest: %j', async (name) => {
    await expect(assets.read(name)).rejects.toMatchObject({ code: 'not-found' });
    await expect(assets.open(name)).rejects.toMatchObject({ code: 'not-found' });
    await expect(assets.path(name)).rejects.toMatchObject({ code: 'not-found' });
    await expect(assets.remove(name)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says that a blob is not there', async () => {
    await expect(assets.read(helloDigest)).rejects.toMatchObject({ code: 'not-found' });
    await expect(assets.remove(helloDigest)).resolves.toBeUndefined();
  });

  it('lists what it holds, without what is unfinished, and removes what was left unfinished long ago', async () => {
    await assets.put(hello);
    await writeFile(path.join(folder, 'assets/.unfinished-1'), 'x');
    const listed = [];
    for await (const blob of assets.list()) listed.push(blob);
    expect(listed).toEqual([{ sha256: helloDigest, bytes: 5, modifiedMs: expect.any(Number) }]);
    await assets.removeUnfinished(60_000);
    expect(await files()).toHaveLength(2);
    await assets.removeUnfinished(-60_000);
    expect(await files()).toEqual([helloDigest]);
    await assets.remove(helloDigest);
    expect(await files()).toEqual([]);
  });
});
