import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { openFiles } from '../../../test/storage/open-files.js';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { assetFolder } from '../assets/asset-folder.js';
import { Assets } from '../assets/assets.service.js';
import type { Files } from '../files/files.service.js';
import { Signatures } from '../files/signatures.js';
import type { JobView } from '../jobs/job-view.js';
import { AllowedFolders } from '../settings/allowed-folders.js';
import { Settings } from '../settings/settings.service.js';
import { HistoryEntry } from './history-entry.entity.js';
import { History } from './history.service.js';
import { writeUnplaced } from './picture-file.js';

describe('History', () => {
  let temp: TempHome;
  let store: AssetStore;
  let files: Files;
  let settings: Settings;
  let history: History;
  beforeEach(async () => {
    temp = await TempHome.open();
    store = new AssetStore(assetFolder(temp.home));
    const assets = new Assets({ home: temp.home, jobTimeoutMs: 1 }, temp.database, store);
    files = openFiles(temp.database, assets, store, new Signatures({ home: temp.home }));
    settings = new Settings(temp.database, new AllowedFolders({ home: temp.home, imports: [] }));
    history = new History({ home: temp.home }, temp.database, store, files, settings);
  });
  afterEach(() => temp.remove());

  const generated = (): Promise<string[]> => readdir(path.join(temp.home, 'generated'));

  /** A completed job with one picture, as far as the history looks at it. */
  async function completed(id: string, accountId = 'user_1'): Promise<JobView> {
    const create = {
      width: 20,
      height: 10,
      channels: 4 as const,
      background: { r: 200, g: 0, b: 0, alpha: 0.5 },
    };
    const file = await files.upload(accountId, await sharp({ create }).png().toBuffer(), 'images-0.png', 1e6);
    const output = { kind: 'file' as const, file: { ...file, fileId: file.id } };
    return {
      id,
      status: 'completed',
      inputs: { seed: 7 },
      outputs: { images: { kind: 'list', items: [output] } },
    } as unknown as JobView;
  }

  const draft = (jobId: string, accountId = 'user_1') =>
    temp.database.write((manager) =>
      history.draft(manager, accountId, jobId, {
        type: 'image',
        prompt: `of ${jobId}`,
        negativePrompt: null,
        parameters: { width: 1, steps: 25 },
      }),
    );

  async function entered(jobId: string, accountId = 'user_1') {
    await draft(jobId, accountId);
    return history.enter(await completed(jobId, accountId));
  }

  it('numbers what is entered and writes it as a JPEG, white where it was transparent', async () => {
    const entry = await entered('job_1');
    expect(entry).toMatchObject({
      id: 1,
      prompt: 'of job_1',
      parameters: { width: 20, height: 10, steps: 25, seed: 7 },
      fileName: 'image_1.jpg',
    });
    const { data, info } = await sharp(path.join(temp.home, 'generated', 'image_1.jpg'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: 20, height: 10, channels: 3 });
    expect(data[0]).toBeGreaterThan(220);
    expect(data[1]).toBeGreaterThan(120);
    expect(await history.drafted()).toEqual([]);
  });

  it('enters a job once, however often it is asked to', async () => {
    await draft('job_1');
    const job = await completed('job_1');
    const first = await history.enter(job);
    expect(await history.enter(job)).toEqual(first);
    expect(await generated()).toEqual(['image_1.jpg']);
    expect((await history.list('user_1', { limit: 10, offset: 0 })).total).toBe(1);
  });

  it('refuses a job that was not drafted, and leaves nothing of it', async () => {
    await expect(history.enter(await completed('job_1'))).rejects.toMatchObject({ code: 'not-found' });
    expect(await generated()).toEqual([]);
  });

  it('keeps a draft whose picture could not be written', async () => {
    await writeFile(path.join(temp.home, 'generated'), 'in the way');
    await draft('job_1');
    const job = await completed('job_1');
    await expect(history.enter(job)).rejects.toMatchObject({ details: { kind: 'storage' } });
    expect(await history.drafted()).toEqual([{ jobId: 'job_1', accountId: 'user_1' }]);
    await rm(path.join(temp.home, 'generated'));
    expect(await history.enter(job)).toMatchObject({ id: 1 });
  });

  describe('an entry whose server ended before its file had a name', () => {
    /** Goes back to the moment after the entry was stored. */
    async function cutShort(fileName: string): Promise<HistoryEntry> {
      const folder = path.join(temp.home, 'generated');
      const unplaced = await writeUnplaced(folder, await readFile(path.join(folder, fileName)));
      await rm(path.join(folder, fileName));
      await temp.database.write((manager) => manager.update(HistoryEntry, { fileName }, { unplaced }));
      return (await history.unfinished())[0]!;
    }

    it('is not seen until it is finished', async () => {
      await entered('job_1');
      const entry = await cutShort('image_1.jpg');
      await expect(history.get('user_1', 1)).rejects.toMatchObject({ code: 'not-found' });
      expect((await history.list('user_1', { limit: 10, offset: 0 })).total).toBe(0);
      await history.finish(entry);
      await history.finish(entry);
      expect(await history.get('user_1', 1)).toMatchObject({ fileName: 'image_1.jpg' });
      expect(await generated()).toEqual(['image_1.jpg']);
    });

    it('takes the name that it has reserved, and another one where somebody has taken it', async () => {
      await entered('job_1');
      await entered('job_2');
      const folder = path.join(temp.home, 'generated');
      const reserved = await cutShort('image_1.jpg');
      await writeFile(path.join(folder, 'image_1.jpg'), '');
      expect(await history.finish(reserved)).toMatchObject({ fileName: 'image_1.jpg' });
      const taken = await cutShort('image_2.jpg');
      await writeFile(path.join(folder, 'image_2.jpg'), 'somebody’s own');
      expect(await history.finish(taken)).toMatchObject({ fileName: 'image_2_1.jpg' });
      expect(await readFile(path.join(folder, 'image_2.jpg'), 'utf8')).toBe('somebody’s own');
      expect((await generated()).sort()).toEqual(['image_1.jpg', 'image_2.jpg', 'image_2_1.jpg']);
    });
  });

  it('deletes the picture, the entry and what the job has left, and gives the number to nobody else', async () => {
    await entered('job_1');
    await history.delete('user_1', 1);
    expect(await generated()).toEqual([]);
    expect((await files.list('user_1', { limit: 10, offset: 0 })).total).toBe(0);
    await expect(history.delete('user_1', 1)).rejects.toMatchObject({ code: 'not-found' });
    expect((await entered('job_2')).id).toBe(2);
  });

  it('finds old pictures where they were written after the folder has changed, wherever the home is', async () => {
    await entered('job_1');
    await settings.change({ storagePath: './other' });
    expect((await entered('job_2')).fileName).toBe('image_2.jpg');
    expect(await readdir(path.join(temp.home, 'other'))).toEqual(['image_2.jpg']);
    expect((await history.open('user_1', 'image_1.jpg')).bytes).toBeGreaterThan(100);
    const rows = await temp.database.read.find(HistoryEntry, { order: { id: 'ASC' } });
    expect(rows.map(({ folder }) => folder)).toEqual(['generated', 'other']);
  });

  it("shows nobody another account's entries", async () => {
    await entered('job_1', 'user_1');
    const refusals = [
      history.get('user_2', 1),
      history.delete('user_2', 1),
      history.open('user_2', 'image_1.jpg'),
    ];
    for (const refusal of refusals) await expect(refusal).rejects.toMatchObject({ code: 'not-found' });
    expect(await history.list('user_2', { limit: 10, offset: 0 })).toEqual({ entries: [], total: 0 });
  });
});
