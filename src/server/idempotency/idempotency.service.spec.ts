import { TempHome } from '../../../test/storage/temp-home.js';
import { Idempotency, type RepeatableRequest, type StoredAnswer } from './idempotency.service.js';

describe('Idempotency', () => {
  let temp: TempHome;
  let idempotency: Idempotency;
  const request: RepeatableRequest = { accountId: 'user_1', key: 'k1', fingerprint: 'POST /v1/x 1' };
  const answer: StoredAnswer = { status: 202, body: { job_id: 'job_1' } };
  const dayMs = 86_400_000;

  beforeEach(async () => {
    temp = await TempHome.open();
    idempotency = new Idempotency(temp.database);
  });
  afterEach(() => temp.remove());

  const begin = (asked = request) => temp.database.write((manager) => idempotency.begin(manager, asked));
  const finish = () => temp.database.write((manager) => idempotency.finish(manager, request, answer));
  const abandon = () => temp.database.write((manager) => idempotency.abandon(manager, request));
  const age = (ms: number) =>
    temp.database.write((manager) =>
      manager.query('UPDATE idempotency SET created_at = created_at - ?', [ms]),
    );
  const rows = () => temp.database.read.query<unknown[]>('SELECT * FROM idempotency');

  it('makes one job of 50 parallel requests under the same key and gives all the same answer', async () => {
    let jobs = 0;
    const submit = () =>
      temp.database.write(async (manager) => {
        const begun = await idempotency.begin(manager, request);
        if (begun !== 'new') return begun;
        jobs += 1;
        const accepted = { status: 202, body: { job_id: `job_${jobs}` } };
        await idempotency.finish(manager, request, accepted);
        return accepted;
      });
    const answers = await Promise.all(Array.from({ length: 50 }, submit));
    expect(jobs).toBe(1);
    expect(answers).toEqual(Array.from({ length: 50 }, () => ({ status: 202, body: { job_id: 'job_1' } })));
  });

  it('says that a request is in progress until its answer is there', async () => {
    expect(await begin()).toBe('new');
    await expect(begin()).rejects.toMatchObject({ code: 'conflict' });
    await finish();
    expect(await begin()).toEqual(answer);
  });

  it('refuses another request under the same key, whether or not the first has been answered', async () => {
    await begin();
    const other = { ...request, fingerprint: 'POST /v1/x 2' };
    await expect(begin(other)).rejects.toMatchObject({ code: 'idempotency-mismatch' });
    await finish();
    await expect(begin(other)).rejects.toMatchObject({ code: 'idempotency-mismatch' });
  });

  it('keeps the keys of different accounts apart', async () => {
    await begin();
    expect(await begin({ ...request, accountId: 'user_2' })).toBe('new');
  });

  it('lets a request that failed be tried again, but not one that was answered', async () => {
    await begin();
    await abandon();
    expect(await begin()).toBe('new');
    await finish();
    await abandon();
    expect(await begin()).toEqual(answer);
  });

  it('forgets a request whose unit of work is undone', async () => {
    const failing = temp.database.write(async (manager) => {
      await idempotency.begin(manager, request);
      throw new Error('no such tool');
    });
    await expect(failing).rejects.toThrow('no such tool');
    expect(await begin()).toBe('new');
  });

  it('forgets an answer after 24 hours', async () => {
    await begin();
    await finish();
    await age(dayMs - 10_000);
    expect(await begin()).toEqual(answer);
    await age(20_000);
    expect(await begin({ ...request, fingerprint: 'POST /v1/x 2' })).toBe('new');
  });

  it('removes what has expired, however much it is, and nothing else', async () => {
    for (let index = 0; index < 120; index += 1) await begin({ ...request, key: `old-${index}` });
    await age(dayMs + 1000);
    await begin();
    await idempotency.expire();
    expect(await rows()).toMatchObject([{ key: 'k1' }]);
  });

  it('takes up after a crash: answers stay, requests in progress may be sent again', async () => {
    await begin();
    await finish();
    await begin({ ...request, key: 'k2' });
    await new Idempotency(temp.database).onModuleInit();
    expect(await begin()).toEqual(answer);
    expect(await begin({ ...request, key: 'k2' })).toBe('new');
  });
});
