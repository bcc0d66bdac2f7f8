import { readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Database } from '../database/database.js';
import { AllowedFolders } from './allowed-folders.js';
import { Settings, standardSettings } from './settings.service.js';

describe('Settings', () => {
  let temp: TempHome;
  let settings: Settings;
  const over = (database: Database) =>
    new Settings(database, new AllowedFolders({ home: temp.home, imports: [] }));
  beforeEach(async () => {
    temp = await TempHome.open();
    settings = over(temp.database);
  });
  afterEach(() => temp.remove());

  it('have standard values until they are changed, and keep what is changed', async () => {
    expect(await settings.get()).toEqual(standardSettings);
    expect(await settings.change({ defaultWidth: 768 })).toEqual({ ...standardSettings, defaultWidth: 768 });
    await settings.change({ defaultWidth: 1024, defaultCfgScale: 3.5 });
    expect(await over(temp.database).get()).toMatchObject({ defaultWidth: 1024, defaultCfgScale: 3.5 });
    expect(await settings.change({})).toMatchObject({ defaultWidth: 1024 });
  });

  it('make the folder for pictures when it is chosen, and leave nothing in it', async () => {
    await settings.change({ storagePath: './a/b' });
    expect(await readdir(path.join(temp.home, 'a', 'b'))).toEqual([]);
    expect(await settings.storageFolder()).toBe(path.join(temp.home, 'a', 'b'));
  });

  it('are changed all together or not at all', async () => {
    const change = settings.change({ defaultSteps: 9, storagePath: '../out' });
    await expect(change).rejects.toMatchObject({
      code: 'invalid-input',
      details: { problems: [{ pointer: '/storagePath' }] },
    });
    expect(await settings.get()).toEqual(standardSettings);
  });

  it('do not lead to a folder that has become a way out since', async () => {
    await symlink('/tmp', path.join(temp.home, 'generated'));
    await expect(settings.storageFolder()).rejects.toMatchObject({
      code: 'unavailable',
      details: { kind: 'storage' },
    });
  });
});
