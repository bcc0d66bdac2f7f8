import { TempHome } from '../../../test/storage/temp-home.js';
import { Outbox, type OutboxEvent } from '../webhooks/outbox.js';
import { WebhookEvent } from '../webhooks/webhook-event.entity.js';
import { Webhook } from '../webhooks/webhook.entity.js';
import { Credits } from './credits.service.js';
import { Holds } from './holds.service.js';

describe('an account that runs low', () => {
  let temp: TempHome;
  let holds: Holds;
  let told: OutboxEvent[];

  beforeEach(async () => {
    temp = await TempHome.open();
    told = [];
    const add = async (_: unknown, event: OutboxEvent) => void told.push(event);
    holds = new Holds({ creditsLow: 100 }, { add });
    await temp.database.write((manager) => new Credits(temp.database).grant(manager, 'user_1', 120));
  });
  afterEach(() => temp.remove());

  const hold = (jobId: string, amount: number) =>
    temp.database.write((manager) => holds.hold(manager, 'user_1', jobId, amount));
  const release = (jobId: string) => temp.database.write((manager) => holds.release(manager, jobId));

  it('is told so by the hold that takes it below the threshold, and by no other', async () => {
    await hold('job_1', 20);
    expect(told).toEqual([]);
    await hold('job_2', 1);
    await hold('job_3', 9);
    expect(told).toEqual([
      { accountId: 'user_1', type: 'credits.low', data: { current_balance: 99, threshold: 100 } },
    ]);
  });

  it('is told again when it had recovered in the meantime', async () => {
    await hold('job_1', 50);
    await release('job_1');
    await hold('job_2', 50);
    expect(told.map(({ data }) => data.current_balance)).toEqual([70, 70]);
  });

  it('is not told of a job that it could not pay', async () => {
    await expect(hold('job_1', 121)).rejects.toMatchObject({ code: 'insufficient-credits' });
    expect(told).toEqual([]);
  });

  it('is told in the unit of work that holds, or not at all', async () => {
    const webhook = { url: 'https://example.com/', events: ['credits.low'], enabled: true, secret: 's' };
    const row = { ...webhook, id: 'wh_1', accountId: 'user_1', createdAt: 1, updatedAt: 1 } as Webhook;
    await temp.database.write((manager) => manager.insert(Webhook, row));
    const real = new Holds({ creditsLow: 100 }, new Outbox());
    const undone = temp.database.write(async (manager) => {
      await real.hold(manager, 'user_1', 'job_1', 21);
      throw new Error('The job was not accepted.');
    });
    await expect(undone).rejects.toThrow('not accepted');
    expect(await temp.database.read.find(WebhookEvent)).toEqual([]);

    await temp.database.write((manager) => real.hold(manager, 'user_1', 'job_2', 21));
    const [event] = await temp.database.read.find(WebhookEvent);
    expect(JSON.parse(event!.body)).toMatchObject({
      event: 'credits.low',
      data: { current_balance: 99, threshold: 100 },
    });
  });
});
