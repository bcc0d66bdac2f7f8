import { jest } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { failureCodes, type FailureCode } from '@atelier/sdk';
import { Ajv2020 } from 'ajv/dist/2020.js';
import sharp from 'sharp';
import { failureTable } from '../../src/dialects/craudioviz/failures.js';
import { Receiver } from '../cloud/receiver.js';
import { call, upload } from '../harness/api.js';
import { like } from '../harness/like.js';
import { type JobAnswer, submitCounting, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';

// The headings and examples of the document, in its order; then what is ours.
jest.setTimeout(60_000);

const photo = fileURLToPath(new URL('../../docs/sample/photo.jpg', import.meta.url));

let server: TestServer;
let receiver: Receiver;
let photoId: string;
beforeAll(async () => {
  receiver = await Receiver.start();
  server = await startServer({ plugins: [testPlugins], env: { ATELIER_WEBHOOK_ALLOW_LOOPBACK: '1' } });
  photoId = (await upload(server, await readFile(photo), 'photo.jpg')).body.file_id;
}, 90_000);
afterAll(async () => {
  await server.stop();
  await receiver.stop();
});

interface Tool {
  id: string;
  name: string;
  category: string;
  credits_per_use: number;
  description: string;
  input_schema: { type: string; properties: Record<string, unknown>; required?: string[] };
}

interface Failed {
  error: { code: string; message: string; details: Record<string, unknown> };
}

function execute(tool: string, body: unknown, headers: Record<string, string> = {}, key = server.key) {
  return call<JobAnswer & Failed & { estimated_time: number | null }>(
    server,
    'POST',
    `/v1/tools/${tool}/execute`,
    {
      body,
      headers,
      key,
    },
  );
}

const resize = (width: number, more: object = {}) => ({
  inputs: { file_id: photoId, width, height: 40, ...more },
});

const get = <Body = Record<string, never>>(route: string) => call<Body>(server, 'GET', `/v1${route}`);

/** The instants of the document have no fractions of a second. */
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

interface Item {
  id: string;
  type: string;
  name: string;
  url: string;
}

describe('Getting Started', () => {
  it('Base URL: everything is under /v1', async () => {
    expect((await get('/tools')).status).toBe(200);
  });

  it.each([
    ['Authorization: Bearer', (key: string) => ({ authorization: `Bearer ${key}` })],
    ['X-API-Key', (key: string) => ({ 'x-api-key': key })],
  ])('Authentication: %s carries the key', async (_, headers) => {
    const answer = await call(server, 'GET', '/v1/tools', { key: null, headers: headers(server.key) });
    expect(answer.status).toBe(200);
    const wrong = await call(server, 'GET', '/v1/tools', { key: null, headers: headers('sk_wrong') });
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } });
  });
});

describe('Rate Limits', () => {
  it('Headers returned: X-RateLimit-Limit, -Remaining and -Reset', async () => {
    const key = await createKey(server.home, { plan: 'pro' });
    const { headers } = await call(server, 'GET', '/v1/tools', { key });
    expect(headers.get('x-ratelimit-limit')).toBe('2000');
    expect(headers.get('x-ratelimit-remaining')).toBe('1999');
    expect(Number(headers.get('x-ratelimit-reset')) * 1000).toBeGreaterThan(Date.now());
  });
});

describe('Authentication', () => {
  it('API Key Authentication: GET /user/profile', async () => {
    const { status, body } = await get('/user/profile');
    expect(status).toBe(200);
    expect(body).toEqual(like({ id: 'user_123', email: 'user@example.com', plan: 'pro', credits: 1500 }));
  });
});

describe('Credits', () => {
  it('Check Balance: GET /credits/balance', async () => {
    const { status, body } = await get('/credits/balance');
    expect(status).toBe(200);
    expect(body).toEqual(like({ balance: 1500, plan: 'pro', monthly_allowance: 2000, expires_at: null }));
  });

  it('Purchase Credits: POST /credits/purchase', async () => {
    const sandbox = await createKey(server.home, { sandbox: true });
    const { status, body } = await call(server, 'POST', '/v1/credits/purchase', {
      body: { amount: 500, payment_method: 'stripe_token_xyz' },
      key: sandbox,
    });
    expect(status).toBe(200);
    expect(body).toEqual(
      like({ transaction_id: 'txn_123', credits_added: 500, new_balance: 2000, cost: '$40.00' }),
    );
    expect(body).toMatchObject({ credits_added: 500, cost: '$40.00' });
  });

  it('Transaction History: GET /credits/transactions', async () => {
    const { status, body } = await get('/credits/transactions?limit=50&offset=0');
    expect(status).toBe(200);
    expect(body).toEqual(
      like({
        transactions: [
          {
            id: 'txn_123',
            type: 'purchase',
            amount: 500,
            balance_after: 2000,
            created_at: '2025-11-21T11:52:00Z',
          },
        ],
        total: 150,
        has_more: true,
      }),
    );
  });
});

describe('Projects', () => {
  let projectId: string;

  it('Create Project: POST /projects', async () => {
    const { status, body } = await call<{ id: string }>(server, 'POST', '/v1/projects', {
      body: { name: 'My New Project', description: 'Project description', tags: ['logo', 'branding'] },
    });
    expect(status).toBe(201);
    expect(body).toEqual(
      like({
        id: 'proj_123',
        name: 'My New Project',
        created_at: '2025-11-21T11:52:00Z',
        status: 'active',
      }),
    );
    expect(body).toMatchObject({
      id: expect.stringMatching(/^proj_/),
      name: 'My New Project',
      created_at: isoTime,
    });
    projectId = body.id;
  });

  it('List Projects: GET /projects', async () => {
    const { status, body } = await get('/projects?limit=20&offset=0&sort=created_at&order=desc');
    expect(status).toBe(200);
    expect(body).toEqual(
      like({
        projects: [
          { id: 'proj_123', name: 'My New Project', items_count: 5, created_at: '2025-11-21T11:52:00Z' },
        ],
        total: 42,
        has_more: false,
      }),
    );
    expect(body).toMatchObject({ projects: [{ id: projectId, items_count: 0 }], total: 1, has_more: false });
  });

  it('Query Parameters: limit, offset, sort, order and tags', async () => {
    const { body } = await call<{ id: string }>(server, 'POST', '/v1/projects', {
      body: { name: 'Another', tags: ['logo'] },
    });
    const ids = async (query: string) =>
      (await get<{ projects: { id: string }[] }>(`/projects?${query}`)).body.projects.map(({ id }) => id);
    expect(await ids('limit=1')).toEqual([body.id]);
    expect(await ids('limit=1&offset=1')).toEqual([projectId]);
    expect(await ids('sort=name&order=desc')).toEqual([projectId, body.id]);
    expect(await ids('tags=logo,branding')).toEqual([projectId]);
    expect((await get('/projects?limit=101')).status).toBe(400);
    await call(server, 'DELETE', `/v1/projects/${body.id}`);
  });

  it('Get Project: GET /projects/{project_id}', async () => {
    const job = await execute('image_resizer', { project_id: projectId, ...resize(48) });
    await untilEnded(server, job.body.job_id);
    const { status, body } = await get<{ items: Item[] }>(`/projects/${projectId}`);
    expect(status).toBe(200);
    expect(body).toEqual(
      like({
        id: 'proj_123',
        name: 'My New Project',
        description: 'Project description',
        items: [{ id: 'item_456', type: 'logo', name: 'Logo v1', url: 'https://cdn.craudiovizai.com/...' }],
        tags: ['logo', 'branding'],
        created_at: '2025-11-21T11:52:00Z',
        updated_at: '2025-11-21T12:00:00Z',
      }),
    );
    expect(body).toMatchObject({
      id: projectId,
      description: 'Project description',
      items: [{ id: expect.stringMatching(/^item_/), type: 'image', name: 'Image v1' }],
      tags: ['logo', 'branding'],
      updated_at: isoTime,
    });
    expect((await fetch(body.items[0]!.url)).status).toBe(200);
  });

  it('Update Project: PATCH /projects/{project_id}', async () => {
    const change = { name: 'Updated Name', tags: ['logo', 'branding', '2025'] };
    const answer = await call(server, 'PATCH', `/v1/projects/${projectId}`, { body: change });
    expect(answer).toMatchObject({ status: 200, body: { id: projectId, ...change } });
    expect((await get(`/projects/${projectId}`)).body).toMatchObject({
      ...change,
      description: 'Project description',
    });
  });

  it('Delete Project: DELETE /projects/{project_id}', async () => {
    const answer = await call(server, 'DELETE', `/v1/projects/${projectId}`);
    expect(answer).toMatchObject({ status: 200, body: { deleted: true, id: projectId } });
    expect(await get(`/projects/${projectId}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'project_not_found' } },
    });
  });
});

describe('Tools', () => {
  let projectId: string;
  let jobId: string;
  beforeAll(async () => {
    const { body } = await call<{ id: string }>(server, 'POST', '/v1/projects', {
      body: { name: 'Pictures' },
    });
    projectId = body.id;
  });

  it('List Available Tools: GET /tools', async () => {
    const { status, body } = await call<{ tools: Tool[] }>(server, 'GET', '/v1/tools');
    expect(status).toBe(200);
    const tool = body.tools.find(({ id }) => id === 'image_resizer');
    expect(tool).toEqual(
      like({
        id: 'logo_maker',
        name: 'Logo Maker',
        category: 'design',
        credits_per_use: 10,
        description: 'Create professional logos',
        input_schema: {},
      }),
    );
    for (const { input_schema } of body.tools)
      expect(() => new Ajv2020({ validateFormats: false }).compile(input_schema)).not.toThrow();
    expect(tool).toMatchObject({
      name: 'Image resizer',
      category: 'image',
      credits_per_use: 1,
      description: expect.any(String),
      input_schema: { type: 'object', properties: { file_id: expect.anything(), width: { minimum: 1 } } },
    });
  });

  it('Use Tool: POST /tools/{tool_id}/execute', async () => {
    const { status, body } = await execute('image_resizer', {
      project_id: projectId,
      ...resize(64, { format: 'png' }),
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ job_id: expect.stringMatching(/^job_/), status: 'processing' });
    expect(body.estimated_time === null || body.estimated_time >= 0).toBe(true);
    jobId = body.job_id;
  });

  it('Check Job Status, processing: GET /jobs/{job_id}', async () => {
    const counting = await submitCounting(server, 200, 10);
    const { body } = await get<JobAnswer>(`/jobs/${counting}`);
    expect(body).toEqual(
      like({ job_id: 'job_789', status: 'processing', progress: 45, message: 'Generating design...' }),
    );
    expect(body).toMatchObject({ job_id: counting, status: 'processing' });
    expect(Number.isInteger(body.progress) && body.progress >= 0 && body.progress < 100).toBe(true);
    await call(server, 'POST', `/v1/jobs/${counting}/cancel`);
  });

  it('Check Job Status, complete: GET /jobs/{job_id}', async () => {
    const job = await untilEnded(server, jobId);
    expect(job).toEqual(
      like({
        job_id: 'job_789',
        status: 'completed',
        result: {
          item_id: 'item_456',
          url: 'https://cdn.craudiovizai.com/...',
          formats: ['png', 'svg', 'pdf'],
        },
        credits_used: 10,
        completed_at: '2025-11-21T12:05:00Z',
      }),
    );
    expect(job).toMatchObject({
      job_id: jobId,
      status: 'completed',
      progress: 100,
      project_id: projectId,
      result: {
        item_id: expect.stringMatching(/^item_/),
        formats: ['png'],
        outputs: { image: { type: 'image/png', size: expect.any(Number) } },
      },
      credits_used: 1,
      completed_at: isoTime,
    });
    const picture = await fetch(job.result?.url ?? '');
    const { width, height, format } = await sharp(await picture.arrayBuffer()).metadata();
    expect({ width, height, format }).toEqual({ width: 64, height: 40, format: 'png' });
    const { body: project } = await get<{ items: Item[] }>(`/projects/${projectId}`);
    expect(project.items.map(({ id }) => id)).toEqual([job.result?.item_id]);
  });

  it('Use Tool: logo_maker gives one logo as png, svg and pdf', async () => {
    const { body: accepted } = await execute('logo_maker', {
      project_id: projectId,
      inputs: { text: 'My Company', style: 'modern', colors: ['#FF5733', '#3498db'] },
    });
    const job = await untilEnded(server, accepted.job_id);
    expect(job).toMatchObject({
      status: 'completed',
      result: { item_id: expect.stringMatching(/^item_/), formats: ['png', 'svg', 'pdf'] },
      credits_used: 10,
    });
    const picture = await fetch(job.result?.url ?? '');
    expect(picture.headers.get('content-type')).toBe('image/png');
    const { body: item } = await get(`/projects/${projectId}/items/${job.result?.item_id}`);
    expect(item).toMatchObject({ type: 'logo', name: 'Logo v1', formats: ['png', 'svg', 'pdf'] });
  });

  it.each([
    ['a value that is out of bounds', resize(0), '/inputs/width'],
    ['a value of another type', resize(50, { fit: 7 }), '/inputs/fit'],
    ['a value that is missing', { inputs: { file_id: 'file_1', width: 9 } }, '/inputs/height'],
    ['an input that the tool does not have', resize(50, { colour: 'red' }), '/inputs/colour'],
  ])('%s is refused with its place', async (_, body, pointer) => {
    const answer = await execute('image_resizer', body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    const problems = answer.body.error.details.problems as { pointer: string }[];
    expect(
      problems.map((problem) => problem.pointer).map((place) => place.replace(/^(\/inputs)?/, '/inputs')),
    ).toContain(pointer);
  });

  it("a file that is not the caller's own cannot be used", async () => {
    const stranger = await createKey(server.home, { credits: 10 });
    const answer = await execute('image_resizer', resize(50), {}, stranger);
    expect(answer.status).toBe(400);
    const missing = await execute('image_resizer', {
      inputs: { file_id: 'file_missing', width: 9, height: 9 },
    });
    expect(missing.body.error.code).toBe(answer.body.error.code);
  });
});

describe('AI Assistant (Javari)', () => {
  let chatId: string;

  it('Send Message: POST /ai/chat', async () => {
    const { body: project } = await call<{ id: string }>(server, 'POST', '/v1/projects', {
      body: { name: 'Coffee' },
    });
    const { status, body } = await call<{ chat_id: string }>(server, 'POST', '/v1/ai/chat', {
      body: { message: 'Create a logo for my coffee shop', context: { project_id: project.id } },
    });
    expect(status).toBe(200);
    expect(body).toEqual(
      like({
        reply: "I'll help you create a coffee shop logo. What's the name of your shop?",
        suggestions: [
          'Provide shop name',
          'Choose color scheme',
          'Select style (modern, vintage, minimalist)',
        ],
        chat_id: 'chat_123',
      }),
    );
    expect(body).toMatchObject({
      reply: "I'll help you create a coffee shop logo. What's the name of your shop?",
    });
    chatId = body.chat_id;
  });

  it('Continue Conversation: POST /ai/chat/{chat_id}/message', async () => {
    const { status, body } = await call(server, 'POST', `/v1/ai/chat/${chatId}/message`, {
      body: { message: "The shop is called 'Bean There'" },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ chat_id: chatId, reply: expect.stringContaining('Bean There') });
  });

  it('Chat History: GET /ai/chat/{chat_id}/history', async () => {
    const { status, body } = await get(`/ai/chat/${chatId}/history`);
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('Create a logo for my coffee shop');
    expect(JSON.stringify(body)).toContain('Bean There');
  });
});

describe('Files', () => {
  it('Upload File: POST /files/upload', async () => {
    const bytes = await readFile(photo);
    const { body: project } = await call<{ id: string }>(server, 'POST', '/v1/projects', {
      body: { name: 'Photos' },
    });
    const form = new FormData();
    form.set('file', new Blob([bytes]), 'photo.jpg');
    form.set('project_id', project.id);
    const { status, body } = await call(server, 'POST', '/v1/files/upload', { body: form });
    expect(body).toEqual(
      like({
        file_id: 'file_999',
        url: 'https://cdn.craudiovizai.com/...',
        size: 1024567,
        type: 'image/png',
      }),
    );
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        file_id: expect.stringMatching(/^file_/),
        url: expect.stringMatching(/^http:/),
        size: bytes.length,
        type: 'image/jpeg',
        project_id: project.id,
      },
    });
  });

  it('Download File: GET /files/{file_id}/download', async () => {
    const response = await fetch(`${server.url}/v1/files/${photoId}/download`, {
      headers: { authorization: `Bearer ${server.key}` },
    });
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await response.arrayBuffer()).equals(await readFile(photo))).toBe(true);
  });

  it('Delete File: DELETE /files/{file_id}, once', async () => {
    const { body } = await upload(server, await readFile(photo), 'gone.jpg');
    const route = `/v1/files/${body.file_id}`;
    expect((await call(server, 'DELETE', route)).body).toEqual({ deleted: true, id: body.file_id });
    for (const [method, address] of [
      ['DELETE', route],
      ['GET', route],
      ['GET', `${route}/download`],
    ] as const) {
      const answer = await call(server, method, address);
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'file_not_found' } } });
    }
  });

  it("another account's file is not there", async () => {
    const stranger = await createKey(server.home);
    for (const [method, route] of [
      ['GET', ''],
      ['GET', '/download'],
      ['DELETE', ''],
    ] as const) {
      const answer = await call(server, method, `/v1/files/${photoId}${route}`, { key: stranger });
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'file_not_found' } } });
    }
  });
});

describe('Webhooks', () => {
  const secret = 'your_webhook_secret';
  let poor: Pick<TestServer, 'url' | 'key'>;
  beforeAll(async () => {
    poor = { url: server.url, key: await createKey(server.home, { credits: 100 }) };
  });

  it('Configure Webhook: POST /webhooks', async () => {
    const body = { url: `${receiver.url}/webhook`, events: ['job.completed', 'credits.low'], secret };
    const answer = await call(poor, 'POST', '/v1/webhooks', { body });
    expect(answer).toMatchObject({ status: 201, body: { url: body.url, events: body.events } });
  });

  it('Webhook Events: job.completed and credits.low', async () => {
    const { body: project } = await call<{ id: string }>(poor, 'POST', '/v1/projects', {
      body: { name: 'Told' },
    });
    const file = await upload(poor, await readFile(photo), 'photo.jpg');
    const inputs = { file_id: file.body.file_id, width: 20, height: 20 };
    const job = await execute('image_resizer', { project_id: project.id, inputs }, {}, poor.key);
    const [completed] = await receiver.untilReceived('job.completed');
    expect(JSON.parse(completed!.body)).toEqual({
      event: 'job.completed',
      timestamp: isoTime,
      data: {
        job_id: job.body.job_id,
        project_id: project.id,
        result_url: expect.stringMatching(/^http:/),
      },
    });
    const [low] = await receiver.untilReceived('credits.low');
    expect(JSON.parse(low!.body)).toEqual({
      event: 'credits.low',
      timestamp: isoTime,
      data: { current_balance: 99, threshold: 100 },
    });
  });

  it('Verify Webhook Signature', async () => {
    const [{ body, headers } = { body: '', headers: {} as Record<string, string> }] =
      await receiver.untilReceived('job.completed');
    const verifyWebhook = (payload: string, signature: string) => {
      const hmac = createHmac('sha256', secret);
      const digest = hmac.update(payload).digest('hex');
      return signature === digest;
    };
    expect(verifyWebhook(body, headers['x-craudioviz-signature'] ?? '')).toBe(true);
    expect(verifyWebhook(`${body} `, headers['x-craudioviz-signature'] ?? '')).toBe(false);
  });
});

describe('Errors', () => {
  it('Error Format: insufficient_credits says what is needed and what there is', async () => {
    const poor = await createKey(server.home, { credits: 0 });
    const file = await upload(server, await readFile(photo), 'photo.jpg', { key: poor });
    const body = { inputs: { file_id: file.body.file_id, width: 20, height: 20 } };
    expect(await execute('image_resizer', body, {}, poor)).toMatchObject({
      status: 402,
      body: {
        error: {
          code: 'insufficient_credits',
          message: expect.stringMatching(/1.*0/),
          details: { required: 1, available: 0 },
        },
      },
    });
  });

  it.each([
    ['invalid_api_key', 401, 'invalid-key'],
    ['rate_limit_exceeded', 429, 'rate-limited'],
    ['insufficient_credits', 402, 'insufficient-credits'],
    ['invalid_input', 400, 'invalid-input'],
    ['server_error', 500, 'internal'],
  ])('Common Error Codes: %s has its documented status', (code, status, failure) => {
    expect(failureTable[failure as FailureCode]).toEqual([status, code]);
  });

  it('Common Error Codes: project_not_found has its documented status', async () => {
    expect(await get('/projects/proj_unknown')).toMatchObject({
      status: 404,
      body: { error: { code: 'project_not_found', message: expect.any(String), details: {} } },
    });
  });

  it('every failure has a code of its own', () => {
    const codes = Object.values(failureTable).map(([, code]) => code);
    expect(Object.keys(failureTable).sort()).toEqual(Object.keys(failureCodes).sort());
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.every((code) => /^[a-z]+(_[a-z]+)*$/.test(code))).toBe(true);
  });
});

describe('Code Examples', () => {
  it('Create Logo with API: creates, executes and polls', async () => {
    const { body: project } = await call<{ id: string }>(server, 'POST', '/v1/projects', {
      body: { name: 'Acme Corp Branding' },
    });
    const { body: job } = await execute('logo_maker', {
      project_id: project.id,
      inputs: { text: 'Acme Corp', style: 'modern' },
    });
    const { status, result } = await untilEnded(server, job.job_id);
    expect(status).toBe('completed');
    expect((await fetch(result?.url ?? '')).status).toBe(200);
  });

  it('Batch Process Images: uploads, resizes and collects', async () => {
    const files = await Promise.all(
      ['noon.jpg', 'night.jpg', 'photo.jpg'].map(async (name) => {
        const bytes = await readFile(fileURLToPath(new URL(`../../docs/sample/${name}`, import.meta.url)));
        return (await upload(server, bytes, name)).body;
      }),
    );
    const jobs = await Promise.all(
      files.map((file) =>
        execute('image_resizer', { inputs: { file_id: file.id, width: 100, height: 100 } }),
      ),
    );
    const results = await Promise.all(jobs.map(({ body }) => untilEnded(server, body.job_id)));
    for (const { result } of results) {
      const picture = await fetch(result?.url ?? '');
      const { width, height } = await sharp(await picture.arrayBuffer()).metadata();
      expect([width, height]).toEqual([100, 100]);
    }
  });

  it('Monitor Credits with Webhook: the raw body bears the signature', async () => {
    const [low] = await receiver.untilReceived('credits.low');
    const digest = createHmac('sha256', 'your_webhook_secret').update(Buffer.from(low!.body)).digest('hex');
    expect(low!.headers['x-craudioviz-signature']).toBe(digest);
  });
});

describe('Testing', () => {
  it('Sandbox Environment: a sandbox key runs the same without credits', async () => {
    const sandbox = await createKey(server.home, { sandbox: true });
    const file = await upload(server, await readFile(photo), 'photo.jpg', { key: sandbox });
    const body = { inputs: { file_id: file.body.file_id, width: 20, height: 20 } };
    const { body: accepted } = await execute('image_resizer', body, {}, sandbox);
    expect(await untilEnded({ url: server.url, key: sandbox }, accepted.job_id)).toMatchObject({
      status: 'completed',
      credits_used: 0,
    });
  });
});

describe('Jobs', () => {
  it('GET /jobs/{job_id} says why it failed', async () => {
    const pipeline = {
      id: 'failing',
      version: '1.0.0',
      title: 'Failing',
      nodes: { fail: { use: 'throwing.later', with: {} } },
      outputs: { value: { from: 'fail.value' } },
    };
    const { body } = await call<JobAnswer>(server, 'POST', '/v1/jobs', { body: { pipeline, inputs: {} } });
    const job = await untilEnded(server, body.job_id);
    expect(job).toMatchObject({
      status: 'failed',
      credits_used: 0,
      error: { code: 'node_failed', message: expect.any(String) },
    });
    expect(JSON.stringify(job)).not.toMatch(/\/home\/|at .*\.(js|ts):/);
  });

  it('GET /jobs lists jobs by page and state, the newest first', async () => {
    const { body: accepted } = await execute('image_resizer', resize(33));
    await untilEnded(server, accepted.job_id);
    const list = await call<{ jobs: JobAnswer[]; total: number; has_more: boolean }>(
      server,
      'GET',
      '/v1/jobs?limit=1',
    );
    expect(list.body).toMatchObject({ jobs: [{ job_id: accepted.job_id }], has_more: true });
    const failed = await call<{ jobs: JobAnswer[] }>(server, 'GET', '/v1/jobs?status=failed');
    expect(new Set(failed.body.jobs.map(({ status }) => status))).toEqual(new Set(['failed']));
    expect((await call(server, 'GET', '/v1/jobs?status=sleeping')).status).toBe(400);
  });
});

describe('a submit that is sent again', () => {
  it('with the same key and body gives the same job, even 30 at once', async () => {
    const send = () => execute('image_resizer', resize(70), { 'idempotency-key': 'order-1' });
    const answers = await Promise.all(Array.from({ length: 30 }, send));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(
      answers.every(
        ({ status, body }) => status === 202 || (status === 409 && body.error.code === 'conflict'),
      ),
    ).toBe(true);
    expect(new Set(accepted.map(({ body }) => body.job_id)).size).toBe(1);
    expect((await send()).body.job_id).toBe(accepted[0]?.body.job_id);
  });

  it('with another body is refused', async () => {
    await execute('image_resizer', resize(71), { 'idempotency-key': 'order-2' });
    const answer = await execute('image_resizer', resize(72), { 'idempotency-key': 'order-2' });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } });
  });

  it('after it was refused is tried again', async () => {
    const headers = { 'idempotency-key': 'order-3' };
    expect((await execute('image_resizer', resize(0), headers)).status).toBe(400);
    expect((await execute('image_resizer', resize(0), headers)).status).toBe(400);
  });

  it.each(['', 'with space', 'x'.repeat(256)])('with the key "%s" is refused', async (key) => {
    const answer = await execute('image_resizer', resize(73), { 'idempotency-key': key });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
  });
});

describe('Pipelines', () => {
  const document = (id: string, width: number) => ({
    id,
    version: '1.0.0',
    title: 'A smaller picture',
    tool: { category: 'image', credits: 2, description: 'Makes it smaller' },
    inputs: { photo: { type: 'file' } },
    nodes: { small: { use: 'image_resizer', with: { file_id: { input: 'photo' }, width, height: 30 } } },
    outputs: { image: { from: 'small.image' } },
  });

  it('one is stored, listed, used as a tool, changed, exported and deleted', async () => {
    const route = '/v1/pipelines/smaller';
    const created = await call<{ id: string }>(server, 'POST', '/v1/pipelines', {
      body: document('smaller', 30),
    });
    expect(created).toMatchObject({
      status: 201,
      body: { id: 'smaller', shipped: false, name: 'A smaller picture' },
    });
    const list = await call<{ pipelines: { id: string; shipped: boolean }[] }>(
      server,
      'GET',
      '/v1/pipelines',
    );
    expect(list.body.pipelines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: 'smaller', shipped: false }),
        expect.objectContaining({ id: 'image_resizer', shipped: true }),
      ]),
    );
    const { body: accepted } = await execute('smaller', { inputs: { photo: photoId } });
    expect((await untilEnded(server, accepted.job_id)).status).toBe('completed');
    expect(await call(server, 'PUT', route, { body: document('smaller', 31) })).toMatchObject({
      status: 200,
    });
    const exported = await call(server, 'GET', `${route}/export`);
    expect(exported.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(exported.body).toMatchObject({ nodes: { small: { with: { width: 31 } } } });
    expect((await call(server, 'DELETE', route)).body).toEqual({ deleted: true, id: 'smaller' });
    expect(await call(server, 'GET', route)).toMatchObject({
      status: 404,
      body: { error: { code: 'pipeline_not_found' } },
    });
  });

  it('one with errors hears of all of them, at validation and when it is stored', async () => {
    const broken = {
      ...document('broken', 30),
      nodes: { a: { use: 'nothing.here' }, b: { use: 'image_resizer', with: { wide: 3 } } },
    };
    const { status, body } = await call<{ valid: boolean; problems: { code: string; pointer: string }[] }>(
      server,
      'POST',
      '/v1/pipelines/validate',
      { body: broken },
    );
    expect(status).toBe(200);
    expect(body.valid).toBe(false);
    expect(body.problems.length).toBeGreaterThan(1);
    expect(body.problems[0]).toMatchObject({
      code: expect.any(String),
      pointer: expect.stringMatching(/^\//),
    });
    const stored = await call<Failed>(server, 'POST', '/v1/pipelines', { body: broken });
    expect(stored).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_pipeline', details: { problems: body.problems } } },
    });
    const valid = await call(server, 'POST', '/v1/pipelines/validate', { body: document('fine', 30) });
    expect(valid.body).toEqual({ valid: true, problems: [] });
  });

  it('one that ships can be read by all and changed by none', async () => {
    const shipped = await call(server, 'GET', '/v1/pipelines/image_resizer');
    expect(shipped).toMatchObject({
      status: 200,
      body: { shipped: true, document: { id: 'image_resizer' } },
    });
    for (const [method, body] of [
      ['PUT', document('contact_sheet', 3)],
      ['DELETE', undefined],
    ] as const) {
      const answer = await call(server, method, '/v1/pipelines/contact_sheet', { body });
      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    }
  });
});

describe('Service', () => {
  it('GET /plugins describes every node', async () => {
    const { body } = await call<{ plugins: { id: string; nodes: { type: string; inputs: object }[] }[] }>(
      server,
      'GET',
      '/v1/plugins',
    );
    const image = body.plugins.find(({ id }) => id === 'image');
    expect(image?.nodes.length).toBeGreaterThan(0);
    expect(image?.nodes[0]).toMatchObject({
      type: expect.stringMatching(/^image\./),
      inputs: expect.any(Object),
    });
  });

  it('GET /system says what there is', async () => {
    const { body } = await call(server, 'GET', '/v1/system');
    expect(body).toMatchObject({
      version: expect.stringMatching(/^\d/),
      node: process.versions.node,
      devices: expect.arrayContaining([
        expect.objectContaining({ id: 'cpu:0', kind: 'cpu', memory_mib: expect.any(Number), busy: false }),
      ]),
      plugins: expect.arrayContaining([expect.objectContaining({ id: 'image' })]),
      counts: { tools: expect.any(Number), jobs: expect.any(Number) },
    });
  });
});
