import { createHash } from 'node:crypto';
import { jest } from '@jest/globals';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Credits } from '../credits/credits.service.js';
import { Database } from '../database/database.js';
import { Accounts, type KeyRequest } from './accounts.service.js';
import { plans } from './plans.js';

describe('Accounts', () => {
  let temp: TempHome;
  let credits: Credits;
  let accounts: Accounts;

  beforeEach(async () => {
    temp = await TempHome.open();
    credits = new Credits(temp.database);
    accounts = new Accounts(temp.database, credits);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await temp.remove();
  });

  const create = (request: Partial<KeyRequest> = {}) =>
    accounts.createKey({ plan: 'pro', credits: 0, sandbox: false, ...request });

  it('opens an account of its own, with a made-up address and exactly the credits asked for', async () => {
    const first = await create({ credits: 500 });
    const second = await create({ credits: 7 });
    expect(first.accountId).toMatch(/^user_/);
    expect(second.accountId).not.toBe(first.accountId);
    expect(await credits.balance(first.accountId)).toEqual({ available: 500, held: 0 });
    expect(await credits.balance(second.accountId)).toEqual({ available: 7, held: 0 });
    expect(await accounts.get(first.accountId)).toMatchObject({
      plan: 'pro',
      email: `${first.accountId}@atelier.invalid`,
    });
  });

  it('adds a key, the credits and the plan to the account that has the address', async () => {
    const first = await create({ email: 'Ann@Example.com', credits: 10, plan: 'free' });
    await accounts.authenticate(first.key);
    const second = await create({ email: ' ann@example.com', credits: 5, plan: 'business' });
    expect(second.accountId).toBe(first.accountId);
    expect(await credits.balance(first.accountId)).toMatchObject({ available: 15 });
    expect(await accounts.authenticate(first.key)).toMatchObject({ plan: 'business', weight: 8 });
    expect((await accounts.findByEmail('ANN@example.com'))?.id).toBe(first.accountId);
  });

  it.each(['nobody', '@example.com', 'a b@example.com', 'a@', `${'a'.repeat(250)}@example.com`])(
    'refuses %p as an address and makes nothing',
    async (email) => {
      await expect(create({ email })).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await temp.database.read.query('SELECT * FROM accounts')).toEqual([]);
    },
  );

  it('makes nothing when the credits are no number of credits', async () => {
    await expect(create({ credits: -5 })).rejects.toMatchObject({ code: 'invalid-input' });
    expect(await temp.database.read.query('SELECT * FROM api_keys')).toEqual([]);
  });

  it('makes keys of 256 random bits that say whether they are for the sandbox', async () => {
    const live = await create();
    const test = await create({ sandbox: true });
    expect(live.key).toMatch(/^atl_live_[A-Za-z0-9_-]{43}$/);
    expect(test.key).toMatch(/^atl_test_[A-Za-z0-9_-]{43}$/);
    expect(await accounts.authenticate(live.key)).toMatchObject({ sandbox: false });
    expect(await accounts.authenticate(test.key)).toMatchObject({ sandbox: true });
  });

  it('stores no key, only its hash and its beginning', async () => {
    const { key } = await create();
    const [row] = await temp.database.read.query<Record<string, unknown>[]>('SELECT * FROM api_keys');
    expect(JSON.stringify(row)).not.toContain(key.slice(15));
    expect(row).toMatchObject({
      prefix: key.slice(0, 15),
      key_hash: createHash('sha256').update(key).digest('hex'),
    });
  });

  it('knows who has a key', async () => {
    const { accountId, keyId, key } = await create({ scopes: ['read'] });
    const principal = { accountId, keyId, plan: 'pro', scopes: ['read'], sandbox: false, weight: 4 };
    expect(await accounts.authenticate(key)).toEqual(principal);
    expect(await accounts.authenticate(key)).toEqual(principal);
  });

  it('gives every plan a weight, none less than that of a smaller plan', async () => {
    const weights: number[] = [];
    for (const plan of plans)
      weights.push((await accounts.authenticate((await create({ plan })).key)).weight);
    expect(weights).toEqual([1, 2, 4, 8, 16]);
  });

  it.each([
    '',
    'nonsense',
    `atl_live_${'a'.repeat(43)}`,
    `atl_live_${'a'.repeat(44)}`,
    `atl_live_${'%'.repeat(43)}`,
  ])('refuses %p with a sentence that does not repeat it', async (key) => {
    const refusal = accounts.authenticate(key);
    await expect(refusal).rejects.toMatchObject({ code: 'invalid-key', details: {} });
    await expect(refusal).rejects.toThrow(/^The API key is missing, unknown or revoked; send a valid one\.$/);
  });

  it('refuses a revoked key from then on, though it was in use', async () => {
    const { accountId, keyId, key } = await create();
    await accounts.authenticate(key);
    await accounts.revokeKey(accountId, keyId);
    await expect(accounts.authenticate(key)).rejects.toMatchObject({ code: 'invalid-key' });
    await accounts.revokeKey(accountId, keyId);
  });

  it('refuses a key at once that another process has revoked', async () => {
    const { accountId, keyId, key } = await create();
    await accounts.authenticate(key);
    const other = await Database.open(temp.home);
    await new Accounts(other, new Credits(other)).revokeKey(accountId, keyId);
    await expect(accounts.authenticate(key)).rejects.toMatchObject({ code: 'invalid-key' });
    await other.close();
  });

  it("does not revoke another account's key", async () => {
    const mine = await create();
    const other = await create();
    await expect(accounts.revokeKey(mine.accountId, other.keyId)).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await accounts.authenticate(other.key)).toMatchObject({ accountId: other.accountId });
  });

  it('lists the keys of an account without the keys', async () => {
    const { accountId, keyId, key } = await create({ email: 'ann@example.com', name: 'laptop' });
    const revoked = await create({ email: 'ann@example.com' });
    await accounts.revokeKey(accountId, revoked.keyId);
    await create();

    const keys = await accounts.listKeys(accountId);
    expect(keys).toHaveLength(2);
    expect(keys.find(({ id }) => id === keyId)).toEqual({
      id: keyId,
      name: 'laptop',
      prefix: key.slice(0, 15),
      scopes: ['read', 'write'],
      sandbox: false,
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
      lastUsedAt: null,
      revokedAt: null,
    });
    expect(keys.find(({ id }) => id === revoked.keyId)?.revokedAt).toMatch(/Z$/);
  });

  it('notes when a key was last used, at most once a minute', async () => {
    const { accountId, key } = await create();
    const lastUsed = async () => (await accounts.listKeys(accountId))[0]!.lastUsedAt;
    const settled = () => temp.database.write(async () => undefined);
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start);

    await accounts.authenticate(key);
    await settled();
    expect(await lastUsed()).toBe(new Date(start).toISOString());

    clock.mockReturnValue(start + 59_000);
    await accounts.authenticate(key);
    await settled();
    expect(await lastUsed()).toBe(new Date(start).toISOString());

    clock.mockReturnValue(start + 61_000);
    await accounts.authenticate(key);
    await settled();
    expect(await lastUsed()).toBe(new Date(start + 61_000).toISOString());
  });
});
