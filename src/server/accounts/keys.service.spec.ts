import { jest } from '@jest/globals';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Credits } from '../credits/credits.service.js';
import { Accounts } from './accounts.service.js';
import { type KeyHolder, Keys } from './keys.service.js';
import type { Scope } from './principal.js';

describe('Keys', () => {
  let temp: TempHome;
  let accounts: Accounts;
  let keys: Keys;
  let ann: KeyHolder;

  beforeEach(async () => {
    temp = await TempHome.open();
    accounts = new Accounts(temp.database, new Credits(temp.database));
    keys = new Keys(temp.database);
    const made = await accounts.createKey({ plan: 'free', credits: 0, sandbox: false });
    ann = await accounts.authenticate(made.key);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await temp.remove();
  });

  const terms = (scopes: Scope[] = ['read'], sandbox = false) => ({ name: 'laptop', scopes, sandbox });
  const refused = (key: string) =>
    expect(accounts.authenticate(key)).rejects.toMatchObject({ code: 'invalid-key' });

  it('makes a key with the rights that were said', async () => {
    const { key, view } = await keys.create(ann, terms());
    expect(await accounts.authenticate(key)).toMatchObject({ accountId: ann.accountId, scopes: ['read'] });
    expect(view).toMatchObject({
      name: 'laptop',
      scopes: ['read'],
      prefix: key.slice(0, 15),
      revokedAt: null,
    });
    expect(await keys.get(ann.accountId, view.id)).toEqual({ ...view, lastUsedAt: null });
  });

  it('makes none that may do more than the one it is made with', async () => {
    await expect(keys.create(ann, terms(['read', 'admin']))).rejects.toMatchObject({
      code: 'forbidden',
      details: { scope: 'admin' },
    });
    await expect(keys.create({ ...ann, sandbox: true }, terms())).rejects.toMatchObject({
      code: 'forbidden',
    });
    await keys.create({ ...ann, sandbox: true }, terms(['read'], true));
  });

  it('neither rotates nor revokes one that may do more', async () => {
    const { keyId } = await accounts.createKey({
      plan: 'free',
      credits: 0,
      sandbox: false,
      email: (await accounts.get(ann.accountId)).email,
      scopes: ['read', 'write', 'admin'],
    });
    await expect(keys.rotate(ann, keyId, 0)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(keys.revoke(ann, keyId)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('puts a new key in the place of one, which is refused at once', async () => {
    const old = await keys.create(ann, terms(['read'], true));
    const { key, view, previous } = await keys.rotate(ann, old.view.id, 0);
    await refused(old.key);
    expect(await accounts.authenticate(key)).toMatchObject({ scopes: ['read'], sandbox: true });
    expect(view).toMatchObject({ name: 'laptop', revokedAt: null });
    expect(previous).toMatchObject({ id: old.view.id, revokedAt: expect.any(String) });
    await expect(keys.rotate(ann, old.view.id, 0)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('leaves the old key its time, in which it can still be revoked', async () => {
    const start = Date.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start);
    const first = await keys.create(ann, terms());
    const second = await keys.create(ann, terms());
    for (const { view } of [first, second]) {
      const { previous } = await keys.rotate(ann, view.id, 60_000);
      expect(previous.revokedAt).toBe(new Date(start + 60_000).toISOString());
    }
    clock.mockReturnValue(start + 59_999);
    await accounts.authenticate(first.key);
    await keys.revoke(ann, second.view.id);
    await refused(second.key);
    clock.mockReturnValue(start + 60_000);
    await refused(first.key);
  });

  it("does not know another account's keys", async () => {
    const other = await accounts.createKey({ plan: 'free', credits: 0, sandbox: false });
    const unknown = { code: 'not-found', details: { kind: 'key' } };
    await expect(keys.get(ann.accountId, other.keyId)).rejects.toMatchObject(unknown);
    await expect(keys.rotate(ann, other.keyId, 0)).rejects.toMatchObject(unknown);
    await expect(keys.revoke(ann, other.keyId)).rejects.toMatchObject(unknown);
    await accounts.authenticate(other.key);
  });

  it('lists them a page at a time, the newest first', async () => {
    const made = [];
    for (const name of ['b', 'c']) {
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10);
      made.push(await keys.create(ann, { ...terms(), name }));
      jest.restoreAllMocks();
    }
    const page = await keys.list(ann.accountId, { limit: 1, offset: 1 });
    expect(page.total).toBe(3);
    expect(page.keys).toHaveLength(1);
    expect((await keys.list(ann.accountId, { limit: 10, offset: 0 })).keys).toHaveLength(3);
    expect(made).toHaveLength(2);
  });

  it('makes at most 100 for an account that work', async () => {
    const made = [];
    for (let count = 1; count < 100; count += 1) made.push(await keys.create(ann, terms()));
    await expect(keys.create(ann, terms())).rejects.toMatchObject({ code: 'conflict' });
    await keys.revoke(ann, made[0]!.view.id);
    await keys.create(ann, terms());
  });
});
