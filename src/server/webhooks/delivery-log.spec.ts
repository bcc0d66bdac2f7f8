import { TempHome } from '../../../test/storage/temp-home.js';
import { DeliveryLog } from './delivery-log.js';
import { Outbox } from './outbox.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';
import { WebhookEvent } from './webhook-event.entity.js';
import { WebhookTry } from './webhook-try.entity.js';

const dayMs = 86_400_000;

describe('DeliveryLog', () => {
  let temp: TempHome;
  let outbox: Outbox;
  beforeEach(async () => {
    temp = await TempHome.open();
    outbox = new Outbox();
  });
  afterEach(() => temp.remove());

  /** A delivery of an event of its own, tried once. */
  const add = (ageMs: number) =>
    temp.database.write(async (manager) => {
      const event = { webhookId: 'wh_1', type: 'webhook.test' as const, data: {}, maxTries: 1 };
      const id = await outbox.addFor(manager, event);
      await manager.update(WebhookDelivery, { id }, { createdAt: Date.now() - ageMs });
      const tried = {
        deliveryId: id,
        number: 1,
        at: 1,
        durationMs: 1,
        statusCode: 200,
        error: null,
        answer: '',
      };
      await manager.insert(WebhookTry, tried);
      return id;
    });

  it('forgets what is older than 30 days, and an event when its last delivery is', async () => {
    const old: string[] = [];
    for (let count = 0; count < 120; count++) old.push(await add(31 * dayMs));
    const young = await add(29 * dayMs);
    await temp.database.write(async (manager) => {
      const { eventId } = await manager.findOneByOrFail(WebhookDelivery, { id: old[0] });
      await outbox.deliver(manager, { webhookId: 'wh_1', eventId, replayOf: old[0] });
    });

    await new DeliveryLog(temp.database, outbox).expire();

    const left = await temp.database.read.find(WebhookDelivery);
    expect(left.map(({ id, replayOf }) => [id === young, replayOf])).toEqual([
      [true, null],
      [false, old[0]],
    ]);
    expect(await temp.database.read.count(WebhookEvent)).toBe(2);
    expect(await temp.database.read.find(WebhookTry)).toMatchObject([{ deliveryId: young }]);
  });
});
