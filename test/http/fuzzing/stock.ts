import sharp from 'sharp';
import { small } from '../../dialects/reference-models.js';
import { call, upload } from '../../harness/api.js';
import { untilEnded } from '../../harness/jobs.js';
import type { TestServer } from '../../harness/server.js';

type Access = Pick<TestServer, 'url' | 'key'>;

/** What there is of each kind, under the path that it is found below. */
export type Stock = Record<string, string>;

/** Makes one thing of each kind. */
export async function makeStock(server: Access): Promise<Stock> {
  const make = async (route: string, body: unknown = {}): Promise<Record<string, string>> => {
    const answer = await call<Record<string, string>>(server, 'POST', route, { body });
    if (answer.status >= 300) throw new Error(`POST ${route}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  const file = (await upload(server, picture, 'teal.png')).body.file_id;
  const project = (await make('/v1/projects', { name: 'Fuzz' })).id ?? '';
  const job = await make('/v1/tools/image_resizer/execute', {
    project_id: project,
    inputs: { file_id: file, width: 8, height: 8 },
  });
  const item = (await untilEnded(server, job.job_id ?? '')).result?.item_id ?? '';
  const webhook =
    (await make('/v1/webhooks', { url: 'http://127.0.0.1:1099/', events: ['job.failed'] })).id ?? '';
  const delivery = (await make(`/v1/webhooks/${webhook}/test`)).delivery_id ?? '';
  const pipeline = await make('/v1/pipelines', ownPipeline(`fuzz_${project.slice(-8)}`));
  return {
    ...(await makeGenerations(server)),
    picture: `data:image/png;base64,${picture.toString('base64')}`,
    '/v1/files/': file,
    '/v1/projects/': project,
    '/v1/jobs/': job.job_id ?? '',
    '/v1/items/': item,
    '/v1/projects/{id}/items/': item,
    '/v1/webhooks/': webhook,
    '/v1/webhooks/{webhook}/deliveries/': delivery,
    '/v1/pipelines/': pipeline.id ?? '',
    '/v1/keys/': (await make('/v1/keys', { name: 'Spare' })).id ?? '',
    '/v1/ai/chat/': (await make('/v1/ai/chat', { message: 'Make a logo' })).chat_id ?? '',
    '/v1/tools/': 'image_resizer',
    '/v1/models/': 'sd',
    '/v1/styles/': 'watercolor',
  };
}

/** In the dialects that make pictures. */
async function makeGenerations(server: Access): Promise<Stock> {
  const { body: desktop } = await call<{ data: { id: number; filePath: string } }>(
    server,
    'POST',
    '/api/generate/text-to-image',
    { body: { ...small, steps: 1 } },
  );
  const { body: generation } = await call<{ id: string; url: string }>(server, 'POST', '/v1/generate/image', {
    body: { scene: { subjects: [{ type: 'lighthouse' }], resolution: '64x64' } },
  });
  const name = desktop.data.filePath.split('/').at(-1) ?? '';
  return {
    '/api/history/': String(desktop.data.id),
    '/generated/': name,
    '/generated/signed/': name,
    '/v1/generate/status/': generation.id,
    '/v1/generate/cancel/': generation.id,
    '/v1/generate/image/': new URL(generation.url).pathname.split('/').at(-1) ?? '',
  };
}

function ownPipeline(id: string) {
  return {
    id,
    version: '1.0.0',
    title: 'Smaller',
    inputs: { photo: { type: 'file' } },
    nodes: {
      open: { use: 'image.load', with: { file: { input: 'photo' } } },
      small: { use: 'image.resize', with: { image: { from: 'open.image' }, width: 8, height: 8 } },
    },
    outputs: { image: { from: 'small.image' } },
  };
}
