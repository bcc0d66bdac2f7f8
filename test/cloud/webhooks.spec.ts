import { createHmac } from 'node:crypto';
import { jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { oneNode, pause, submit } from '../faults/pipelines.js';
import { call } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { Receiver, type Received } from './receiver.js';
import { addWebhook, deliveries, sendTest, untilTried, type WebhookAnswer } from './webhooks-api.js';

// The sections on webhooks of both documents, and what is beside them.
jest.setTimeout(60_000);

const publicUrl = 'http://pictures.example/atelier';
const secret = 'your_webhook_secret';

let server: TestServer;
let receiver: Receiver;
let stranger: string;
beforeAll(async () => {
  receiver = await Receiver.start();
  const env = { ATELIER_WEBHOOK_ALLOW_LOOPBACK: '1', ATELIER_PUBLIC_URL: `${publicUrl}/` };
  server = await startServer({ plugins: [testPlugins], env });
  stranger = await createKey(server.home, { credits: 100 });
}, 90_000);
afterAll(async () => {
  await server.stop();
  await receiver.stop();
});
afterEach(async () => {
  const { body } = await call<{ webhooks: WebhookAnswer[] }>(server, 'GET', '/v1/webhooks');
  for (const { id } of body.webhooks) await call(server, 'DELETE', `/v1/webhooks/${id}`);
  receiver.received.length = 0;
});

/** As the document of craudioviz says. */
function verifyWebhook(payload: string, signature: string, key: string): boolean {
  const hmac = createHmac('sha256', key);
  const digest = hmac.update(payload).digest('hex');
  return signature === digest;
}

function json({ body }: Received) {
  return JSON.parse(body) as { event: string; timestamp: string; data: Record<string, unknown> };
}

const failing = () => oneNode('throwing.a-failure', 'value', {});

describe('Configure webhook', () => {
  it('POST /webhooks takes what the document of craudioviz shows', async () => {
    const body = { url: `${receiver.url}/webhook`, events: ['job.completed', 'credits.low'], secret };
    const answer = await call<WebhookAnswer>(server, 'POST', '/v1/webhooks', { body });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ ...body, id: expect.stringMatching(/^wh_/), enabled: true });
  });

  it('POST /webhooks takes the events of visual-creativity as well', async () => {
    const events = ['generation.completed', 'generation.failed', 'model.updated', 'style.added'];
    expect((await addWebhook(server, `${receiver.url}/`, events)).events).toEqual(events);
  });

  it('a secret that is left out is made, and no secret is shown again', async () => {
    const made = await addWebhook(server, receiver.url, ['*']);
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { body: got } = await call<WebhookAnswer>(server, 'GET', `/v1/webhooks/${made.id}`);
    const { secret: _, ...rest } = made;
    expect(got).toEqual(rest);
    const list = await call(server, 'GET', '/v1/webhooks');
    expect(list.body).toEqual({ webhooks: [rest], total: 1, has_more: false });
  });

  it.each([
    ['an event that there is none of', { events: ['job.started'] }, '/events/0'],
    ['no event', { events: [] }, '/events'],
    ['an address that is none', { url: 'yoursite.com/webhook' }, '/url'],
    ['a secret that no header could be made with', { secret: 'geheim 🤫' }, '/secret'],
    ['a name that is misspelt', { secrets: 'x' }, ''],
  ])('%s is refused with its place', async (_, wrong, pointer) => {
    const body = { url: receiver.url, events: ['job.completed'], ...wrong };
    const answer = await call<{ error: object }>(server, 'POST', '/v1/webhooks', { body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', details: { problems: [{ pointer }] } } },
    });
  });

  it('an account has twenty at most, and other accounts theirs', async () => {
    const body = { url: receiver.url, events: ['style.added'] };
    const answers = await Promise.all(
      Array.from({ length: 25 }, () => call(server, 'POST', '/v1/webhooks', { body })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.filter(({ status }) => status !== 201);
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } });
    expect((await call(server, 'POST', '/v1/webhooks', { body, key: stranger })).status).toBe(201);
  });

  it("another account's webhook is not there, whatever is asked of it", async () => {
    const { id } = await addWebhook(server, receiver.url, ['*']);
    const sent = await sendTest(server, id);
    for (const [method, place] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/secret'],
      ['POST', '/test'],
      ['GET', '/deliveries'],
      ['GET', `/deliveries/${sent}`],
      ['POST', `/deliveries/${sent}/replay`],
    ] as const) {
      const body = method === 'PATCH' ? { enabled: false } : undefined;
      const answer = await call(server, method, `/v1/webhooks/${id}${place}`, { key: stranger, body });
      expect(answer).toMatchObject({ status: 404, body: { error: { code: 'webhook_not_found' } } });
    }
    expect((await call<WebhookAnswer>(server, 'GET', `/v1/webhooks/${id}`)).body.enabled).toBe(true);
  });
});

describe('Webhook events', () => {
  it('job.completed comes as the document shows it, and its address opens the result without a key', async () => {
    await addWebhook(server, `${receiver.url}/webhook`, ['job.completed'], secret);
    const jobId = await submit(server, oneNode('image.text', 'image', { text: 'Told' }));
    const [received] = await receiver.untilReceived('job.completed');
    expect(json(received!)).toEqual({
      event: 'job.completed',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: {
        job_id: jobId,
        project_id: null,
        result_url: expect.stringMatching(/^http:\/\/pictures\.example\/atelier\/v1\/files\//),
      },
    });
    const address = String(json(received!).data.result_url).replace(publicUrl, server.url);
    const result = await fetch(address);
    expect([result.status, result.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(received).toMatchObject({
      path: '/webhook',
      headers: { 'content-type': 'application/json', 'user-agent': expect.stringMatching(/^Atelier\//) },
    });
  });

  it('credits.low comes as the document shows it, to the account that runs low', async () => {
    const poor = { url: server.url, key: stranger };
    await addWebhook(server, `${receiver.url}/rich`, ['credits.low']);
    await addWebhook(poor, `${receiver.url}/poor`, ['credits.low']);
    await submit(poor, pause(1));
    const [received] = await receiver.untilReceived('/poor');
    expect(json(received!)).toEqual({
      event: 'credits.low',
      timestamp: expect.any(String),
      data: { current_balance: 97, threshold: 100 },
    });
    expect(receiver.of('/rich')).toEqual([]);
  });

  it('job.failed says why, and a job that was cancelled is no news', async () => {
    await addWebhook(server, `${receiver.url}/ends`, ['job.completed', 'job.failed']);
    const cancelled = await submit(server, pause(5_000));
    await call(server, 'POST', `/v1/jobs/${cancelled}/cancel`);
    await untilEnded(server, cancelled);
    const jobId = await submit(server, failing());
    const { error } = (await untilEnded(server, jobId)) as JobAnswer;
    const [received] = await receiver.untilReceived('job.failed');
    expect(json(received!).data).toEqual({ job_id: jobId, project_id: null, error });
    expect(receiver.of('/ends')).toHaveLength(1);
  });

  it('reach those who have subscribed to them, and nobody while a webhook is disabled', async () => {
    const all = await addWebhook(server, `${receiver.url}/all`, ['*']);
    const other = await addWebhook(server, `${receiver.url}/other`, ['job.failed']);
    const disabled = await addWebhook(server, `${receiver.url}/disabled`, ['*']);
    await call(server, 'PATCH', `/v1/webhooks/${disabled.id}`, { body: { enabled: false } });
    await submit(server, pause(1));
    await receiver.untilReceived('/all');
    expect(await deliveries(server, all.id)).toHaveLength(1);
    expect(await deliveries(server, other.id)).toEqual([]);
    expect(await deliveries(server, disabled.id)).toEqual([]);

    const body = { url: `${receiver.url}/moved`, events: ['job.completed'], enabled: true };
    const { body: changed } = await call(server, 'PATCH', `/v1/webhooks/${other.id}`, { body });
    expect(changed).toMatchObject(body);
    await submit(server, pause(1));
    await receiver.untilReceived('/moved');
    expect(receiver.of('/other')).toEqual([]);
  });

  it('model.updated tells every account that a model has come, but nobody of those that were there at the start', async () => {
    await addWebhook(server, `${receiver.url}/models`, ['model.updated']);
    await addReferenceModel(server, 'rrdbnet-x4');
    // Whoever uses models looks for new ones.
    await submit(server, pause(1));
    await receiver.untilReceived('/models');
    expect(receiver.of('/models').map((received) => json(received).data)).toEqual([
      { model_id: 'rrdbnet-x4', name: 'rrdbnet-x4', version: '1', change: 'added' },
    ]);
  });
});

describe('Verify webhook signature', () => {
  it('the function of the document accepts what was sent, and nothing else', async () => {
    const { id } = await addWebhook(server, receiver.url, ['*'], secret);
    await sendTest(server, id);
    const [{ body, headers }] = (await receiver.untilReceived('webhook.test')) as [Received];
    const signature = headers['x-craudioviz-signature']!;
    expect(verifyWebhook(body, signature, secret)).toBe(true);
    expect(verifyWebhook(`${body} `, signature, secret)).toBe(false);
    expect(verifyWebhook(body, signature, 'another')).toBe(false);
    // A made-up secret is no base64; the library takes it as it is.
    expect(new Webhook(secret, { format: 'raw' }).verify(body, headers)).toEqual(JSON.parse(body));
  });

  it('the library of Standard Webhooks accepts what was sent, and nothing that was altered, old or of somebody else', async () => {
    const { id, secret: made } = await addWebhook(server, receiver.url, ['*']);
    await sendTest(server, id);
    const [{ body, headers }] = (await receiver.untilReceived('webhook.test')) as [Received];
    const verifier = new Webhook(made);
    expect(verifier.verify(body, headers)).toMatchObject({
      event: 'webhook.test',
      data: { webhook_id: id },
    });
    const tooOld = String(Math.floor(Date.now() / 1000) - 360);
    const old = { 'webhook-timestamp': tooOld };
    const oldSigned = {
      ...old,
      'webhook-signature': verifier.sign(headers['webhook-id']!, new Date(Number(tooOld) * 1000), body),
    };
    expect(() => verifier.verify(body.replace('test', 'tset'), headers)).toThrow('No matching signature');
    expect(() => verifier.verify(body, { ...headers, ...old })).toThrow('too old');
    expect(() => verifier.verify(body, { ...headers, ...oldSigned })).toThrow('too old');
    expect(() => verifier.verify(body, { ...headers, 'webhook-id': 'evt_1' })).toThrow('No matching');
    expect(() => new Webhook(`whsec_${'A'.repeat(43)}=`).verify(body, headers)).toThrow('No matching');
  });

  it('after a change of the secret the one before works as well, and the one before that does not', async () => {
    const { id, secret: first } = await addWebhook(server, receiver.url, ['*']);
    const rotate = async (body?: object) =>
      (await call<WebhookAnswer>(server, 'POST', `/v1/webhooks/${id}/secret`, { body })).body;
    const second = await rotate();
    expect(new Date(second.previous_secret_until!).getTime() - Date.now()).toBeGreaterThan(23.9 * 3_600_000);
    await sendTest(server, id);
    const [{ body, headers }] = (await receiver.untilReceived('webhook.test')) as [Received];
    for (const each of [first, second.secret!]) new Webhook(each).verify(body, headers);
    expect(verifyWebhook(body, headers['x-craudioviz-signature']!, second.secret!)).toBe(true);

    expect((await rotate({ secret })).secret).toBe(secret);
    await sendTest(server, id);
    const [, third] = await receiver.untilReceived('webhook.test', 2);
    new Webhook(second.secret!).verify(third!.body, third!.headers);
    expect(() => new Webhook(first).verify(third!.body, third!.headers)).toThrow('No matching');
  });
});

describe('The delivery log', () => {
  it('shows what was sent and what came back', async () => {
    receiver.answer = (response) => void response.writeHead(200).end('Thank you\u0000!');
    const { id } = await addWebhook(server, receiver.url, ['*']);
    const sent = await sendTest(server, id);
    const found = await untilTried(server, id, sent);
    const [received] = receiver.of('webhook.test');
    expect(found).toMatchObject({
      id: sent,
      webhook_id: id,
      event: 'webhook.test',
      event_id: received!.headers['webhook-id'],
      status: 'delivered',
      tries: 1,
      next_try_at: null,
      payload: received!.body,
      log: [{ number: 1, status_code: 200, error: null, answer: 'Thank you!' }],
    });
    const { payload: _payload, log: _log, ...summary } = found;
    const listed = await call(server, 'GET', `/v1/webhooks/${id}/deliveries?status=delivered`);
    expect(listed.body).toEqual({ deliveries: [summary], total: 1, has_more: false });
    const pending = await call(server, 'GET', `/v1/webhooks/${id}/deliveries?status=pending`);
    expect(pending.body).toMatchObject({ deliveries: [], total: 0 });
    receiver.answer = (response) => void response.writeHead(204).end();
  });

  it('replays an event under its id, as often as is wanted', async () => {
    const { id } = await addWebhook(server, receiver.url, ['*']);
    const jobId = await submit(server, pause(1));
    await receiver.untilReceived('job.completed');
    const [first] = await deliveries(server, id);
    const { status, body } = await call<{ delivery_id: string }>(
      server,
      'POST',
      `/v1/webhooks/${id}/deliveries/${first!.id}/replay`,
    );
    expect(status).toBe(202);
    const [one, two] = await receiver.untilReceived('job.completed', 2);
    expect(two).toMatchObject({ body: one!.body, headers: { 'webhook-id': one!.headers['webhook-id'] } });
    expect(json(two!).data.job_id).toBe(jobId);
    expect(await untilTried(server, id, body.delivery_id)).toMatchObject({
      status: 'delivered',
      replay_of: first!.id,
    });
  });

  it('has no delivery that is not there, and sends none to a webhook that is disabled', async () => {
    const { id } = await addWebhook(server, receiver.url, ['*']);
    const sent = await sendTest(server, id);
    const missing = await call(server, 'GET', `/v1/webhooks/${id}/deliveries/whd_missing`);
    expect(missing).toMatchObject({ status: 404, body: { error: { code: 'delivery_not_found' } } });
    await call(server, 'PATCH', `/v1/webhooks/${id}`, { body: { enabled: false } });
    for (const place of ['test', `deliveries/${sent}/replay`]) {
      const answer = await call(server, 'POST', `/v1/webhooks/${id}/${place}`);
      expect(answer).toMatchObject({ status: 409, body: { error: { message: /enable it first/ } } });
    }
  });
});
