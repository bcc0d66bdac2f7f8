import { TempHome } from '../../../test/storage/temp-home.js';
import { JobAnnouncers } from '../jobs/announcers.js';
import type { Job } from '../jobs/job.entity.js';
import { Outbox } from './outbox.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';
import type { Subscription } from './webhook-view.js';
import { Webhook } from './webhook.entity.js';

describe('Outbox', () => {
  let temp: TempHome;
  let outbox: Outbox;
  beforeEach(async () => {
    temp = await TempHome.open();
    outbox = new Outbox();
  });
  afterEach(() => temp.remove());

  const addWebhook = (id: string, accountId: string, events: Subscription[], enabled = true) =>
    temp.database.write((manager) =>
      manager.insert(Webhook, {
        id,
        accountId,
        url: 'https://example.com/',
        events,
        enabled,
        secret: 's',
        createdAt: 1,
        updatedAt: 1,
      } as Webhook),
    );
  const add = (accountId: string | null, type: 'job.completed' | 'model.updated' = 'job.completed') =>
    temp.database.write((manager) => outbox.add(manager, { accountId, type, data: { job_id: 'job_1' } }));
  const deliveries = () => temp.database.read.find(WebhookDelivery, { order: { webhookId: 'ASC' } });

  it('makes a delivery for every webhook of the account that has subscribed, of one event with one body', async () => {
    await addWebhook('wh_1', 'user_1', ['job.completed']);
    await addWebhook('wh_2', 'user_1', ['*']);
    await addWebhook('wh_3', 'user_1', ['job.failed']);
    await addWebhook('wh_4', 'user_1', ['job.completed'], false);
    await addWebhook('wh_5', 'user_2', ['job.completed']);
    await add('user_1');

    const [event, ...more] = await temp.database.read.find(WebhookEvent);
    expect(more).toEqual([]);
    expect(JSON.parse(event!.body)).toEqual({
      event: 'job.completed',
      timestamp: new Date(event!.createdAt).toISOString(),
      data: { job_id: 'job_1' },
    });
    expect(await deliveries()).toMatchObject(
      ['wh_1', 'wh_2'].map((webhookId) => ({ webhookId, eventId: event!.id, status: 'pending', tries: 0 })),
    );
  });

  it('tells subscribers of every account what belongs to none', async () => {
    await addWebhook('wh_1', 'user_1', ['model.updated']);
    await addWebhook('wh_2', 'user_2', ['model.updated']);
    await add(null, 'model.updated');
    expect((await deliveries()).map(({ webhookId }) => webhookId)).toEqual(['wh_1', 'wh_2']);
  });

  it('keeps nothing that nobody wants to hear', async () => {
    await add('user_1');
    expect(await temp.database.read.count(WebhookEvent)).toBe(0);
  });

  it('forgets an event whose unit of work fails', async () => {
    await addWebhook('wh_1', 'user_1', ['*']);
    const work = temp.database.write(async (manager) => {
      await outbox.add(manager, { accountId: 'user_1', type: 'job.failed', data: {} });
      throw new Error('It did not happen.');
    });
    await expect(work).rejects.toThrow('It did not happen.');
    expect(await temp.database.read.count(WebhookEvent)).toBe(0);
    expect(await deliveries()).toEqual([]);
  });

  it('says that there is something to deliver', async () => {
    await addWebhook('wh_1', 'user_1', ['*']);
    let heard = 0;
    outbox.onAdded(() => heard++);
    await add('user_1');
    await add('user_2');
    expect(heard).toBe(1);
  });

  it('takes what everybody announces of a job that has ended', async () => {
    await addWebhook('wh_1', 'user_1', ['*']);
    const announcers = new JobAnnouncers(outbox);
    announcers.add(async (_, { id }) => [{ type: 'job.completed', data: { job_id: id } }]);
    announcers.add(async () => []);
    announcers.add(async (_, { status }) => [{ type: 'generation.completed', data: { status } }]);
    const ended = { status: 'completed', createdAt: 1, startedAt: 2, endedAt: 3 } as const;
    const job = { ...ended, id: 'job_7', accountId: 'user_1' } as Job;
    await temp.database.write((manager) => announcers.announce(manager, job));
    const events = await temp.database.read.find(WebhookEvent, { order: { type: 'ASC' } });
    expect(events.map(({ body }) => JSON.parse(body) as object)).toMatchObject([
      { event: 'generation.completed', data: { status: 'completed' } },
      { event: 'job.completed', data: { job_id: 'job_7' } },
    ]);
  });
});
