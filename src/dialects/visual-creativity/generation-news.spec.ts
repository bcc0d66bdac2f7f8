import { TempHome } from '../../../test/storage/temp-home.js';
import { Signatures } from '../../server/files/signatures.js';
import { PublicAddress } from '../../server/http/public-address.js';
import { JobAnnouncers } from '../../server/jobs/announcers.js';
import type { Job } from '../../server/jobs/job.entity.js';
import { Outbox } from '../../server/webhooks/outbox.js';
import { WebhookEvent } from '../../server/webhooks/webhook-event.entity.js';
import { Webhook } from '../../server/webhooks/webhook.entity.js';
import { GenerationNews } from './generation-news.js';
import { PictureLinks } from './links.js';

let temp: TempHome;
let announcers: JobAnnouncers;
beforeEach(async () => {
  temp = await TempHome.open();
  const signatures = new Signatures({ home: temp.home });
  await signatures.onModuleInit();
  const address = new PublicAddress({ publicUrl: 'https://atelier.example', host: '', port: 0 });
  announcers = new JobAnnouncers(new Outbox());
  new GenerationNews(announcers, new PictureLinks(signatures, address)).onModuleInit();
  await temp.database.write((manager) =>
    manager.insert(Webhook, {
      id: 'wh_1',
      accountId: 'user_1',
      url: 'https://example.com/',
      events: ['generation.completed', 'generation.failed'],
      enabled: true,
      secret: 's',
      createdAt: 1,
      updatedAt: 1,
    } as Webhook),
  );
});
afterEach(() => temp.remove());

const job = {
  id: 'job_1',
  accountId: 'user_1',
  pipelineId: 'scene_to_image',
  status: 'completed',
  inputs: { width: 640, height: 480, format: 'jpeg' },
  outputs: {},
  failure: null,
  createdAt: 1_000,
  startedAt: 2_000,
  endedAt: 4_500,
};

async function told(change: object): Promise<object[]> {
  await temp.database.write((manager) =>
    announcers.announce(manager, { ...job, ...change } as unknown as Job),
  );
  const events = await temp.database.read.find(WebhookEvent);
  return events.map(({ body }) => JSON.parse(body) as object);
}

it('a generation that has completed is told of with where its picture is', async () => {
  expect(await told({})).toEqual([
    {
      event: 'generation.completed',
      timestamp: expect.any(String),
      data: {
        id: 'job_1',
        status: 'completed',
        url: expect.stringMatching(
          /^https:\/\/atelier\.example\/v1\/generate\/image\/job_1\.jpeg\?account=user_1&/,
        ),
        metadata: { resolution: '640x480', format: 'jpeg', generation_time: 2.5 },
      },
    },
  ]);
});

it('a generation that has failed is told of with a number and a sentence', async () => {
  const failure = { code: 'timeout', message: 'It took too long.', details: {} };
  expect(await told({ status: 'failed', failure })).toMatchObject([
    {
      event: 'generation.failed',
      data: {
        id: 'job_1',
        error: { code: 504, message: 'It took too long.', details: { reason: 'timeout' } },
      },
    },
  ]);
});

it.each([
  [
    'one that was cancelled',
    { status: 'cancelled', failure: { code: 'cancelled', message: '', details: {} } },
  ],
  ['a job of another pipeline', { pipelineId: 'text_to_image' }],
  ['a pipeline of the same name with other inputs', { inputs: {} }],
])('%s is not told of', async (_, change) => {
  expect(await told(change)).toEqual([]);
});
