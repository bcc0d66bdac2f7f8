import { TempHome } from '../../../test/storage/temp-home.js';
import { AnnouncedCatalogues } from './announced-catalogues.js';

describe('AnnouncedCatalogues', () => {
  let temp: TempHome;
  beforeEach(async () => {
    temp = await TempHome.open();
  });
  afterEach(() => temp.remove());

  const renew = (entries: Record<string, string>, name = 'models') =>
    temp.database.write((manager) => new AnnouncedCatalogues().renew(manager, name, entries));

  it('has no news the first time, when all would be', async () => {
    expect(await renew({ one: '1' })).toEqual([]);
    expect(await renew({})).toEqual([{ id: 'one', change: 'removed', entry: '1' }]);
  });

  it('tells what has come, changed and gone since, once', async () => {
    await renew({ one: '1', two: '1', three: '1' });
    const next = { one: '1', two: '2', four: '1', toString: '1' };
    expect(await renew(next)).toEqual([
      { id: 'two', change: 'changed', entry: '2' },
      { id: 'four', change: 'added', entry: '1' },
      { id: 'toString', change: 'added', entry: '1' },
      { id: 'three', change: 'removed', entry: '1' },
    ]);
    expect(await renew(next)).toEqual([]);
  });

  it('keeps catalogues apart, and what a first one was empty of is news later', async () => {
    await renew({}, 'styles');
    await renew({ one: '1' });
    expect(await renew({ one: '1' }, 'styles')).toEqual([{ id: 'one', change: 'added', entry: '1' }]);
  });
});
