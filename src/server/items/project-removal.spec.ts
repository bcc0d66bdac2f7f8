import { openFiles, openProjects } from '../../../test/storage/open-files.js';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { assetFolder } from '../assets/asset-folder.js';
import { Assets } from '../assets/assets.service.js';
import type { Files } from '../files/files.service.js';
import { Signatures } from '../files/signatures.js';
import { Storage } from '../files/storage.js';
import { JobEvents } from '../jobs/job-events.js';
import { JobStore } from '../jobs/job-store.js';
import { Job } from '../jobs/job.entity.js';
import { OldJobs } from '../jobs/old-jobs.js';
import type { Projects } from '../projects/projects.service.js';
import { itemIdOf } from './item-view.js';
import { Items } from './items.service.js';
import { ProjectRemoval } from './project-removal.js';

const accountId = 'user_1';

describe('what is in a project', () => {
  let temp: TempHome;
  let assets: Assets;
  let files: Files;
  let projects: Projects;
  let items: Items;
  let removal: ProjectRemoval;
  let store: AssetStore;
  beforeEach(async () => {
    temp = await TempHome.open();
    store = new AssetStore(assetFolder(temp.home));
    assets = new Assets({ home: temp.home, jobTimeoutMs: 1 }, temp.database, store);
    files = openFiles(temp.database, assets, store, new Signatures({ home: temp.home }));
    projects = openProjects(temp.database);
    items = new Items(temp.database, files, projects);
    removal = new ProjectRemoval(temp.database, projects, items);
  });
  afterEach(() => temp.remove());

  const used = () => new Storage(temp.database).used(accountId);
  const create = async (): Promise<string> =>
    (await projects.create(accountId, { name: 'A', description: '', tags: [] })).id;

  /** Jobs that have ended long ago, each with one result of 4 bytes. */
  async function completed(projectId: string | null, ...jobIds: string[]): Promise<void> {
    const blob = await store.put(Buffer.from('done'));
    await temp.database.write(async (manager) => {
      await assets.record(manager, [blob]);
      for (const id of jobIds) {
        const place = { projectId, itemId: itemIdOf(id) };
        const file = await files.claim(manager, accountId, { ...blob, name: 'a.png' }, place);
        const made = { accountId, projectId, jobId: id, tool: 'draw', type: 'logo' };
        await items.add(manager, { ...made, mediaType: 'image/png' });
        await manager.insert(Job, jobOf(id, projectId, file.id) as object);
      }
    });
  }

  it('is counted, named one after the other, and freed with it, however much it is', async () => {
    const id = await create();
    const jobs = Array.from({ length: 120 }, (_, index) => `job_${index}`);
    await completed(id, ...jobs);
    expect((await items.list(accountId, id, { limit: 100, offset: 0 })).total).toBe(120);
    expect(await items.get({ accountId, id: 'item_119' })).toMatchObject({ name: 'Logo v120', type: 'logo' });
    expect(await used()).toBe(480);
    await removal.remove(accountId, id);
    expect(await used()).toBe(0);
    expect(await temp.database.read.countBy(Job, { projectId: id })).toBe(0);
    expect(await assets.referring('file')).toEqual([]);
    expect(await temp.database.read.query('SELECT * FROM projects')).toEqual([]);
    expect(await temp.database.read.query('SELECT * FROM items')).toEqual([]);
  });

  it('is cleared away at the next start when the server ended in the midst of it', async () => {
    const id = await create();
    await completed(id, 'job_1', 'job_2');
    await temp.database.write((manager) => manager.query(`UPDATE projects SET status = 'deleting'`));
    await expect(projects.get(accountId, id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(items.list(accountId, id, { limit: 1, offset: 0 })).rejects.toMatchObject({
      code: 'not-found',
    });
    await removal.finishAll();
    expect(await used()).toBe(0);
    expect(await temp.database.read.query('SELECT * FROM projects')).toEqual([]);
  });

  it('stays when its job is forgotten, while the result of a job without a project goes', async () => {
    const id = await create();
    await completed(id, 'job_1');
    await completed(null, 'job_2');
    const { database, journal } = temp;
    const config = { retentionDays: 1 };
    const jobs = new JobStore(database, assets);
    await new OldJobs(config, database, jobs, new JobEvents(journal), files, items, assets).remove();
    expect(await database.read.count(Job)).toBe(0);
    expect(await items.get({ accountId, id: 'item_1' })).toMatchObject({ files: [{ name: 'a.png' }] });
    await expect(items.get({ accountId, id: 'item_2' })).rejects.toMatchObject({ code: 'not-found' });
    expect(await used()).toBe(4);
  });
});

function jobOf(id: string, projectId: string | null, fileId: string): Partial<Job> {
  const file = { fileId, sha256: 'x', bytes: 4, mediaType: 'image/png', name: 'a.png' };
  return {
    id,
    accountId,
    pipelineId: 'draw',
    tool: true,
    status: 'completed',
    progress: 1,
    message: '',
    inputs: {},
    recipe: {} as Job['recipe'],
    graph: {} as Job['graph'],
    targets: [],
    outputs: { image: { kind: 'file', file } },
    failure: null,
    warnings: [],
    credits: 0,
    sandbox: false,
    weight: 1,
    bound: false,
    projectId,
    createdAt: 1,
    startedAt: 1,
    endedAt: 1,
    interruptions: 0,
    retryOf: null,
  };
}
