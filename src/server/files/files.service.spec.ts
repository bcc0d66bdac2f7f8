import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { jest } from '@jest/globals';
import { stat, readFile, utimes } from 'node:fs/promises';
import path from 'node:path';
import { openFiles } from '../../../test/storage/open-files.js';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { assetFolder } from '../assets/asset-folder.js';
import { Assets } from '../assets/assets.service.js';
import type { Files } from './files.service.js';
import { Signatures } from './signatures.js';

describe('Files', () => {
  let temp: TempHome;
  let store: AssetStore;
  let assets: Assets;
  let files: Files;

  const signatures = async (): Promise<Signatures> => {
    const made = new Signatures({ home: temp.home });
    await made.onModuleInit();
    return made;
  };

  beforeEach(async () => {
    temp = await TempHome.open();
    store = new AssetStore(assetFolder(temp.home));
    assets = new Assets({ home: temp.home, jobTimeoutMs: 1 }, temp.database, store);
    files = openFiles(temp.database, assets, store, await signatures());
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await temp.remove();
  });

  const upload = (text: string, name = 'note.txt', accountId = 'user_1') =>
    files.upload(accountId, Readable.from([Buffer.from(text)]), name, 1000);
  const text = async (stream: Promise<Readable>): Promise<string> => (await buffer(await stream)).toString();
  const forgetAge = async (sha256: string): Promise<void> => utimes(await store.path(sha256), 0, 0);

  it('gives an upload an id, a safe name and the type of its content', async () => {
    const file = await upload('{"a": 1}', '../evil/note.exe');
    expect(file).toMatchObject({
      name: 'note.exe',
      bytes: 8,
      mediaType: 'application/json',
      projectId: null,
    });
    expect(file.id).toMatch(/^file_/);
    expect(await files.get('user_1', file.id)).toEqual(file);
  });

  it('hands out the content, whole or a range of it', async () => {
    const { id } = await upload('0123456789');
    const { file, read } = await files.open('user_1', id);
    expect(file.bytes).toBe(10);
    expect(await text(read())).toBe('0123456789');
    expect(await text(read({ start: 3, end: 5 }))).toBe('345');
  });

  it("shows nobody another account's file, and says no more of it than of one that does not exist", async () => {
    const { id } = await upload('secret');
    const refusals = [files.get('user_2', id), files.open('user_2', id), files.delete('user_2', id)];
    for (const refusal of refusals) await expect(refusal).rejects.toMatchObject({ code: 'not-found' });
    await expect(files.get('user_1', '../../etc/passwd')).rejects.toMatchObject({ code: 'not-found' });
    expect(await files.get('user_1', id)).toMatchObject({ id });
  });

  it('refuses an upload beyond the limit and keeps nothing of it', async () => {
    await expect(upload('x'.repeat(1001))).rejects.toMatchObject({ code: 'too-large' });
    expect(await files.list('user_1', { limit: 10, offset: 0 })).toEqual({ files: [], total: 0 });
    const blobs = [];
    for await (const blob of store.list()) blobs.push(blob);
    expect(blobs).toEqual([]);
  });

  it('lists the files of one account, newest first, by page', async () => {
    const clock = jest.spyOn(Date, 'now');
    const now = Date.now();
    for (let index = 0; index < 5; index += 1) {
      clock.mockReturnValue(now + index);
      await files.upload('user_1', Buffer.from('same'), `${index}.txt`, 1000);
    }
    await upload('other', 'other.txt', 'user_2');

    const page = await files.list('user_1', { limit: 2, offset: 1 });
    expect(page.files.map((file) => file.name)).toEqual(['3.txt', '2.txt']);
    expect(page.total).toBe(5);
  });

  it('keeps the content while another file has it, and lets it go with the last', async () => {
    const mine = await upload('shared');
    const theirs = await upload('shared', 'copy.txt', 'user_2');
    expect(theirs.sha256).toBe(mine.sha256);

    await files.delete('user_1', mine.id);
    await expect(files.get('user_1', mine.id)).rejects.toMatchObject({ code: 'not-found' });
    await forgetAge(mine.sha256);
    await assets.collectGarbage();
    expect(await text((await files.open('user_2', theirs.id)).read())).toBe('shared');

    await files.delete('user_2', theirs.id);
    expect(await assets.collectGarbage()).toMatchObject({ blobs: 1 });
    await expect(store.path(mine.sha256)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('makes a result a file in the unit of work that ends its job, and drops it in another', async () => {
    const blob = await store.put(Buffer.from('result'));
    const claim = temp.database.write(async (manager) => {
      await assets.record(manager, [blob]);
      return files.claim(manager, 'user_1', { ...blob, name: 'image.png' }, { projectId: 'proj_1' });
    });
    const { id } = await claim;
    expect(await files.get('user_1', id)).toMatchObject({ name: 'image.png', projectId: 'proj_1' });
    await temp.database.write((manager) => files.drop(manager, id));
    await temp.database.write((manager) => files.drop(manager, id));
    await expect(files.get('user_1', id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await assets.referring('file')).toEqual([]);
  });

  describe('a signed address', () => {
    it('opens its file for whoever has it, over a restart too', async () => {
      const { id } = await upload('picture');
      const signature = files.sign(id);
      expect(await text((await files.openSigned(id, signature)).read())).toBe('picture');
      const restarted = openFiles(temp.database, assets, store, await signatures());
      expect((await restarted.openSigned(id, signature)).file.id).toBe(id);
    });

    it('ends after 24 hours', async () => {
      const { id } = await upload('picture');
      const signature = files.sign(id);
      const start = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(start + 86_401_000);
      await expect(files.openSigned(id, signature)).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('opens nothing else and cannot be prolonged', async () => {
      const { id } = await upload('picture');
      const other = await upload('other picture');
      const signature = files.sign(id);
      const forged = [
        files.openSigned(other.id, signature),
        files.openSigned(id, { ...signature, expires: signature.expires + 1 }),
        files.openSigned(id, { ...signature, signature: '' }),
        files.openSigned(id, { ...signature, signature: signature.signature.toLowerCase() }),
        files.openSigned(id, { expires: Number.NaN, signature: 'é'.repeat(43) }),
      ];
      for (const attempt of forged) await expect(attempt).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('does not bring a deleted file back', async () => {
      const { id } = await upload('picture');
      const signature = files.sign(id);
      await files.delete('user_1', id);
      await expect(files.openSigned(id, signature)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('is made with a secret that only the owner of the home can read', async () => {
      const file = path.join(temp.home, 'signing.key');
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await readFile(file, 'utf8')).trim()).toHaveLength(43);
    });
  });
});
