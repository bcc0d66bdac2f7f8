import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jest } from '@jest/globals';
import Libsql from 'libsql';
import { Receiver } from '../cloud/receiver.js';
import {
  addWebhook,
  deliveries,
  delivery,
  sendTest,
  untilTried,
  type WebhookAnswer,
} from '../cloud/webhooks-api.js';
import { call } from '../harness/api.js';
import { testPlugins, untilEnded } from '../harness/jobs.js';
import { addReferenceModel } from '../harness/models.js';
import { startServer, type TestServer } from '../harness/server.js';
import { pause, submit } from './pipelines.js';
import { slowdown, until } from './processes.js';

// Number 14 of the reliability catalogue: receivers that misbehave, and a server that is killed.
jest.setTimeout(90_000);

const limitMs = 10_000;

let home: string;
let server: TestServer;
let receiver: Receiver;
/** How the receiver answers at which path; 204 elsewhere. */
const answers = new Map<string, (response: ServerResponse) => void>();

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-webhooks-'));
  receiver = await Receiver.start();
  receiver.answer = (response, { path }) => {
    const answer = answers.get(path) ?? (() => void response.writeHead(204).end());
    answer(response);
  };
  server = await startServer({ home, plugins: [testPlugins], env: { ATELIER_WEBHOOK_ALLOW_LOOPBACK: '1' } });
}, 90_000);
afterAll(async () => {
  await server.kill();
  await receiver.stop();
  await rm(home, { recursive: true, force: true });
});

/** A webhook whose receiver answers like this. */
function misbehaving(place: string, answer: (response: ServerResponse) => void): Promise<WebhookAnswer> {
  answers.set(place, answer);
  return addWebhook(server, receiver.url + place, ['*']);
}

function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write('.'), 100);
  response.on('close', () => clearInterval(timer));
}

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end();

/** Sends a test and gives the one try of it. */
async function tryOnce({ id }: WebhookAnswer) {
  const tried = await untilTried(server, id, await sendTest(server, id));
  return { status: tried.status, ...tried.log[0]! };
}

const remove = ({ id }: WebhookAnswer) => call(server, 'DELETE', `/v1/webhooks/${id}`);

describe('a receiver', () => {
  it.each([
    ['answers 500', status(500), 500, /^The receiver answered 500; only a status from 200 to 299 counts/],
    ['answers 304', status(304), 304, /^The receiver answered 304: redirects are not followed/],
    ['redirects', status(302, { location: '/elsewhere' }), 302, /redirects are not followed/],
    ['hangs up', (response: ServerResponse) => void response.destroy(), null, /^The connection was closed/],
    ['answers 299', status(299), 299, null],
  ])('that %s is heard once', async (what, answer, statusCode, error) => {
    const webhook = await misbehaving(`/${what.replace(' ', '-')}`, answer);
    expect(await tryOnce(webhook)).toMatchObject({
      status: error === null ? 'delivered' : 'failed',
      status_code: statusCode,
      error: error === null ? null : expect.stringMatching(error),
    });
    expect(receiver.of('/elsewhere')).toEqual([]);
    await remove(webhook);
  });

  it('that is down, speaks no TLS or no HTTP is told apart', async () => {
    const noise = net.createServer((socket) => void socket.end('Good day!\r\n\r\n')).listen(0, '127.0.0.1');
    await once(noise, 'listening');
    const noisy = `127.0.0.1:${(noise.address() as net.AddressInfo).port}`;
    for (const [url, sentence] of [
      ['http://127.0.0.1:1025/', 'Nobody listens at this address and port.'],
      [receiver.url.replace('http', 'https'), expect.stringMatching(/\(EPROTO|ERR_SSL|ECONNRESET/)],
      [`http://${noisy}/`, expect.stringMatching(/\(HPE_/)],
    ] as const) {
      const webhook = await addWebhook(server, url, ['*']);
      expect(await tryOnce(webhook)).toMatchObject({ status: 'failed', status_code: null, error: sentence });
      await remove(webhook);
    }
    noise.close();
  });

  it('that sends a gigabyte is not listened to', async () => {
    let written = 0;
    const chunk = Buffer.alloc(65_536, 'x');
    const webhook = await misbehaving('/gigabyte', (response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && written < 1e9) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
      };
      more();
    });
    const { status, duration_ms, answer } = await tryOnce(webhook);
    expect([status, answer.length]).toEqual(['delivered', 1_000]);
    expect(duration_ms).toBeLessThan(limitMs);
    // What the two kernels hold for each other is written as well.
    expect(written).toBeLessThan(16e6);
    await remove(webhook);
  });

  it('that wants no more (410) gets no more until it is enabled', async () => {
    const webhook = await misbehaving('/gone', status(410));
    await submit(server, pause(1));
    await receiver.untilReceived('/gone');
    const get = async () => (await call<WebhookAnswer>(server, 'GET', `/v1/webhooks/${webhook.id}`)).body;
    await until(async () => !(await get()).enabled, 'disabled');
    expect((await get()).disabled_reason).toMatch(/answered 410/);
    const [ended, ...others] = await deliveries(server, webhook.id);
    expect(ended).toMatchObject({ status: 'failed', tries: 1, next_try_at: null });
    await untilEnded(server, await submit(server, pause(1)));
    expect([others, await deliveries(server, webhook.id)]).toEqual([[], [ended]]);
    const { body } = await call(server, 'PATCH', `/v1/webhooks/${webhook.id}`, { body: { enabled: true } });
    expect(body).toMatchObject({ enabled: true, disabled_reason: null });
    await remove(webhook);
  });
});

describe('receivers that are slow or fail', () => {
  it('are tried again by the schedule, and hold up nobody else', async () => {
    const late = await misbehaving('/late', () => undefined);
    const dripping = await misbehaving('/dripping', (response) => drip(response.writeHead(200)));
    const failing = await misbehaving('/failing', status(503));
    const busy = await misbehaving('/busy', status(429, { 'retry-after': '3600' }));
    const deleted = await misbehaving('/deleted', status(500));
    const good = await addWebhook(server, `${receiver.url}/good`, ['*']);
    const jobs = 8;
    for (let count = 0; count < jobs; count++) await submit(server, pause(1));
    const told = await receiver.untilReceived('/good', jobs);
    expect((await deliveries(server, late.id)).every(({ status }) => status === 'pending')).toBe(true);
    await remove(deleted);
    const deletedAfter = receiver.of('/deleted').length;

    // Five seconds after the first try comes the second, five minutes after that the third.
    const seconds = await receiver.untilReceived('/failing', 2 * jobs);
    const ids = new Set(seconds.map(({ headers }) => headers['webhook-id']));
    expect(ids.size).toBe(jobs);
    for (const id of ids) {
      const [first, second] = seconds.filter(({ headers }) => headers['webhook-id'] === id);
      expect(second!.body).toBe(first!.body);
      expect(second!.headers['webhook-timestamp']).not.toBe(first!.headers['webhook-timestamp']);
      const pauseMs = second!.at - first!.at;
      expect([pauseMs > 4_400, pauseMs < 5_600 + 1_000 * slowdown()]).toEqual([true, true]);
    }
    await until(
      async () => (await deliveries(server, failing.id)).every(({ tries }) => tries === 2),
      'two tries',
    );
    for (const each of await deliveries(server, failing.id)) expectWait(each.next_try_at, 300_000);
    for (const each of await deliveries(server, busy.id)) {
      expect(each).toMatchObject({ status: 'pending', tries: 1 });
      expectWait(each.next_try_at, 3_600_000);
    }
    expect(receiver.of('/deleted')).toHaveLength(deletedAfter);
    expect(new Set(told.map(({ headers }) => headers['webhook-id'])).size).toBe(jobs);

    // Of the slow ones four at a time are tried, for ten seconds each.
    await until(async () => (await logsOf(late)).length >= 4, 'late ones given up', 30_000);
    for (const { error, duration_ms } of await logsOf(late)) {
      expect(error).toBe('There was no answer within 10 s.');
      expect(duration_ms).toBeLessThan(limitMs + 2_000 * slowdown());
    }
    await until(async () => (await logsOf(dripping)).length >= 4, 'dripping ones left', 30_000);
    for (const each of await logsOf(dripping))
      expect(each).toMatchObject({ status_code: 200, error: null, answer: expect.stringMatching(/^\.+$/) });
    for (const webhook of [late, dripping, failing, busy, good]) await remove(webhook);
  });

  async function logsOf({ id }: WebhookAnswer) {
    const tried = (await deliveries(server, id)).filter(({ tries }) => tries > 0);
    return (await Promise.all(tried.map((each) => delivery(server, id, each.id)))).flatMap(({ log }) => log);
  }

  /** A tenth either way. */
  function expectWait(at: string | null, ms: number): void {
    const waitMs = new Date(at!).getTime() - Date.now();
    expect([waitMs > ms * 0.9 - 20_000 * slowdown(), waitMs < ms * 1.1]).toEqual([true, true]);
  }
});

describe('a server that is killed', () => {
  it('between an event and its delivery tells it at the next start, and whoever heard it hears the same id', async () => {
    const { id } = await misbehaving('/killed', () => undefined);
    const never = await misbehaving('/never', status(500));
    const jobId = await submit(server, pause(1));
    const [first] = await receiver.untilReceived('/killed');
    await until(async () => (await deliveries(server, never.id))[0]?.tries === 1, 'one try');
    await server.kill();
    answers.delete('/killed');
    changeDeliveries(`tries = 8, next_at = 1 WHERE webhook_id = '${never.id}'`);
    await server.restart();
    const second = (await receiver.untilReceived('/killed', 2))[1]!;
    expect(second.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    expect(second.body).toBe(first!.body);
    expect(JSON.parse(second.body)).toMatchObject({ event: 'job.completed', data: { job_id: jobId } });
    await until(async () => (await deliveries(server, id))[0]?.status === 'delivered', 'delivered');
    expect(await deliveries(server, id)).toHaveLength(1);
    await expectTheLastTry(never);
  });

  /** Of a delivery that has been tried eight times. */
  async function expectTheLastTry(webhook: WebhookAnswer): Promise<void> {
    const [{ id } = { id: '' }] = await deliveries(server, webhook.id);
    expect(await untilTried(server, webhook.id, id, 9)).toMatchObject({ status: 'pending' });
    changeDeliveries(`next_at = 1 WHERE id = '${id}'`);
    // Whatever is to be sent makes it look.
    await submit(server, pause(1));
    const last = await untilTried(server, webhook.id, id, 10);
    expect(last).toMatchObject({ status: 'failed', next_try_at: null });
    await remove(webhook);
  }

  function changeDeliveries(change: string): void {
    const database = new Libsql(path.join(home, 'atelier.sqlite'));
    database.exec(`UPDATE webhook_deliveries SET ${change}`);
    database.close();
  }

  it('politely gives up what is under way, and begins it again at the next start', async () => {
    const webhook = await misbehaving('/waiting', () => undefined);
    const id = await sendTest(server, webhook.id);
    await receiver.untilReceived('/waiting');
    const began = performance.now();
    server.process.kill('SIGTERM');
    expect(await once(server.process, 'exit')).toEqual([0, null]);
    expect(performance.now() - began).toBeLessThan(limitMs);
    answers.delete('/waiting');
    await server.restart();
    const tried = await untilTried(server, webhook.id, id);
    expect(tried).toMatchObject({ status: 'delivered', tries: 1 });
    expect(receiver.of('/waiting').map(({ headers }) => headers['webhook-id'])).toEqual([
      tried.event_id,
      tried.event_id,
    ]);
  });

  it('at any moment tells the end of every job, each as one event, and what has changed meanwhile', async () => {
    await addWebhook(server, `${receiver.url}/models`, ['model.updated']);
    const { id } = await addWebhook(server, `${receiver.url}/any`, ['job.completed']);
    const jobIds: string[] = [];
    for (let count = 0; count < 12; count++) jobIds.push(await submit(server, pause(20)));
    await delay(200);
    await server.kill();
    await addReferenceModel(server, 'rrdbnet-x4');
    await server.restart();
    for (const jobId of jobIds) await untilEnded(server, jobId);
    await until(
      async () => (await deliveries(server, id)).every(({ status }) => status === 'delivered'),
      'all told',
    );
    const told = receiver.of('/any').map(({ headers, body }) => ({
      id: headers['webhook-id'],
      jobId: (JSON.parse(body) as { data: { job_id: string } }).data.job_id,
    }));
    expect(new Set(told.map(({ jobId }) => jobId))).toEqual(new Set(jobIds));
    expect(new Set(told.map((each) => each.id)).size).toBe(jobIds.length);
    const [news] = await receiver.untilReceived('/models');
    expect(JSON.parse(news!.body)).toMatchObject({ data: { model_id: 'rrdbnet-x4', change: 'added' } });
  });
});
