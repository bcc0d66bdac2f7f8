import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Outbox } from '../webhooks/outbox.js';
import { WebhookEvent } from '../webhooks/webhook-event.entity.js';
import { Webhook } from '../webhooks/webhook.entity.js';
import { StyleNews } from './style-news.js';
import type { StyleFile } from './style.js';
import { Styles } from './styles.service.js';

let temp: TempHome;
beforeEach(async () => {
  temp = await TempHome.open();
  await mkdir(path.join(temp.home, 'styles'));
});
afterEach(() => temp.remove());

/** As a server that has just started has them. */
const open = () => new Styles({ home: temp.home }, new StyleNews(temp.database, new Outbox()));
const placeOf = (id: string) => path.join(temp.home, `styles/${id}.json`);
const add = (id: string, change: Partial<StyleFile> = {}) =>
  writeFile(
    placeOf(id),
    JSON.stringify({
      id,
      name: 'Chalk',
      description: 'On a blackboard.',
      parameters: { artistic_style: 'chalk', color_scheme: 'white', lighting: 'flat' },
      prompt: 'chalk drawing',
      ...change,
    }),
  );
const ids = async (styles: Styles) => (await styles.list()).map(({ id }) => id);

describe('the styles', () => {
  it('are those that ship and those of the home, by id', async () => {
    const shipped = await ids(open());
    await add('chalk');
    const all = await ids(open());
    expect(shipped.length).toBeGreaterThanOrEqual(12);
    expect(all).toEqual([...shipped, 'chalk'].sort());
  });

  it('come, change and go while the server runs', async () => {
    const styles = open();
    await expect(styles.get('chalk')).rejects.toMatchObject({ code: 'not-found' });
    await add('chalk');
    expect(await styles.get('chalk')).toMatchObject({ name: 'Chalk' });
    await add('chalk', { name: 'Coloured chalk' });
    expect(await styles.get('chalk')).toMatchObject({ name: 'Coloured chalk' });
    await rm(placeOf('chalk'));
    await expect(styles.get('chalk')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that ship are not replaced by others of the same id', async () => {
    await add('photo', { name: 'Mine' });
    expect(await open().get('photo')).toMatchObject({ name: 'Photo' });
  });

  it.each([
    ['no JSON', '{'],
    ['another id than its name', { id: 'other' }],
    ['no prompt', { prompt: '' }],
    ['a field that nobody knows', { colour: 'red' } as object],
  ])('leave out a file that has %s', async (_, change) => {
    if (typeof change === 'string') await writeFile(placeOf('chalk'), change);
    else await add('chalk', change);
    expect(await ids(open())).not.toContain('chalk');
  });
});

describe('the event style.added', () => {
  const told = async () =>
    (await temp.database.read.find(WebhookEvent)).map(({ body }) => JSON.parse(body) as object);
  beforeEach(async () => {
    const now = Date.now();
    await temp.database.write((manager) =>
      manager.insert(Webhook, {
        id: 'wh_1',
        accountId: 'user_1',
        url: 'https://example.com',
        events: ['style.added'],
        enabled: true,
        disabledReason: null,
        secret: 'whsec_',
        previousSecret: null,
        previousSecretUntil: null,
        createdAt: now,
        updatedAt: now,
      }),
    );
  });

  it('is not told of what is there at the first start', async () => {
    await add('chalk');
    await open().list();
    expect(await told()).toEqual([]);
  });

  it('is told of each new style once, over the end of a server and of the file too', async () => {
    const styles = open();
    await styles.list();
    await add('chalk');
    await Promise.all([styles.list(), styles.list(), styles.list()]);
    await rm(placeOf('chalk'));
    await styles.list();
    await add('chalk');
    await open().list();
    expect(await told()).toEqual([
      {
        event: 'style.added',
        timestamp: expect.any(String),
        data: { style_id: 'chalk', name: 'Chalk', description: 'On a blackboard.' },
      },
    ]);
  });
});
