import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Credits } from '../credits/credits.service.js';
import { Accounts } from './accounts.service.js';
import { Owner } from './owner.service.js';

describe('Owner', () => {
  let temp: TempHome;
  let credits: Credits;
  let accounts: Accounts;
  let file: string;

  beforeEach(async () => {
    temp = await TempHome.open();
    credits = new Credits(temp.database);
    accounts = new Accounts(temp.database, credits);
    file = path.join(temp.home, 'owner.key');
  });
  afterEach(() => temp.remove());

  const start = async (): Promise<Owner> => {
    const owner = new Owner({ home: temp.home }, accounts);
    await owner.onModuleInit();
    return owner;
  };
  const key = async (): Promise<string> => (await readFile(file, 'utf8')).trim();

  it('has an account that may do everything, and a key in a file that nobody else can read', async () => {
    const owner = await start();
    expect(owner.principal).toMatchObject({
      plan: 'enterprise',
      scopes: ['read', 'write', 'admin'],
      sandbox: false,
    });
    expect(await accounts.authenticate(await key())).toEqual(owner.principal);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await credits.balance(owner.principal.accountId)).available).toBe(1e9);
  });

  it('stays the same over a restart', async () => {
    const { principal } = await start();
    const before = await key();
    expect((await start()).principal).toEqual(principal);
    expect(await key()).toBe(before);
    expect(await accounts.listKeys(principal.accountId)).toHaveLength(1);
  });

  it('gets a new key when the file is gone, and the lost one is refused', async () => {
    const { principal } = await start();
    const lost = await key();
    await rm(file);
    expect((await start()).principal.accountId).toBe(principal.accountId);
    expect(await key()).not.toBe(lost);
    await expect(accounts.authenticate(lost)).rejects.toMatchObject({ code: 'invalid-key' });
    expect((await credits.balance(principal.accountId)).available).toBe(1e9);
  });

  it('gets a new key when its key was revoked', async () => {
    const { principal } = await start();
    const revoked = await key();
    await accounts.revokeKey(principal.accountId, principal.keyId ?? '');
    await start();
    expect(await key()).not.toBe(revoked);
  });

  it("does not become someone else by someone else's key in the file", async () => {
    const { principal } = await start();
    const other = await accounts.createKey({ plan: 'free', credits: 0, sandbox: false });
    await writeFile(file, other.key);
    expect((await start()).principal.accountId).toBe(principal.accountId);
  });
});
