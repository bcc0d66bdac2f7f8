import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { jest } from '@jest/globals';
import Libsql from 'libsql';
import { isAllowed } from '../../src/server/webhooks/addresses.js';
import { Courier } from '../../src/server/webhooks/courier.js';
import { ReceiverAddresses } from '../../src/server/webhooks/receiver-addresses.js';
import { call } from '../harness/api.js';
import { startServer, type TestServer } from '../harness/server.js';
import { NameServer } from './name-server.js';
import { Receiver } from './receiver.js';
import { addWebhook, sendTest, untilTried, type WebhookAnswer } from './webhooks-api.js';

// Number 16 of the reliability catalogue: webhooks lead nowhere but into public.
jest.setTimeout(60_000);

/** Listens on every address of this machine, and counts who connects. */
let canary: Server;
let port: number;
let connects = 0;

beforeAll(async () => {
  canary = createServer((_, response) => void response.end()).on('connection', () => connects++);
  canary.listen(0, '::');
  await once(canary, 'listening');
  port = (canary.address() as AddressInfo).port;
});
afterAll(() => canary.close());
afterEach(() => expect(connects).toBe(0));

const message = { id: 'evt_1', body: '{}', secrets: ['secret'] as [string] };
const running = new AbortController().signal;

/** Spellings of addresses that are not public; PORT is where the canary listens. */
const spellings: [what: string, url: string][] = [
  ['this machine', 'http://127.0.0.1:PORT/'],
  ['this machine by another number', 'http://127.8.9.10:PORT/'],
  ['this machine in short', 'http://127.1:PORT/'],
  ['this machine as one decimal number', 'http://2130706433:PORT/'],
  ['this machine in octal', 'http://0177.0.0.01:PORT/'],
  ['this machine in hexadecimal', 'http://0x7f.0x0.0x0.0x1:PORT/'],
  ['this machine in other digits', 'http://①②⑦.⓪.⓪.①:PORT/'],
  ['this machine with a dot at the end', 'http://127.0.0.1.:PORT/'],
  ['the unspecified address', 'http://0.0.0.0:PORT/'],
  ['zero', 'http://0:PORT/'],
  ['this machine in IPv6', 'http://[::1]:PORT/'],
  ['the unspecified address in IPv6', 'http://[::]:PORT/'],
  ['IPv4 inside IPv6', 'http://[::ffff:127.0.0.1]:PORT/'],
  ['IPv4 inside IPv6 in hexadecimal', 'http://[::ffff:7f00:1]:PORT/'],
  ['a private address inside IPv6', 'http://[::ffff:10.0.0.1]:PORT/'],
  ['IPv4 inside IPv6 of old', 'http://[::127.0.0.1]:PORT/'],
  ['this machine through NAT64', 'http://[64:ff9b::7f00:1]:PORT/'],
  ['this machine through 6to4', 'http://[2002:7f00:1::]:PORT/'],
  ['localhost', 'http://localhost:PORT/'],
  ['localhost with a dot', 'http://LOCALHOST.:PORT/'],
  ['a name below localhost', 'http://anything.localhost:PORT/'],
  ['the metadata of a cloud', 'http://169.254.169.254/latest/meta-data/'],
  ['a private address', 'https://10.0.0.1/'],
  ['another private address', 'https://172.16.0.1/'],
  ['the address of a router', 'https://192.168.0.1/'],
  ['carrier-grade NAT', 'https://100.64.0.1/'],
  ['multicast', 'https://224.0.0.1/'],
  ['broadcast', 'https://255.255.255.255/'],
  ['a unique local address', 'https://[fd00::1]/'],
  ['a link-local address', 'https://[fe80::1]/'],
  ['a link-local address with a zone', 'https://[fe80::1%25lo]/'],
  ['multicast in IPv6', 'https://[ff02::1]/'],
  ['a file', 'file:///etc/passwd'],
  ['gopher', 'gopher://127.0.0.1:PORT/_GET'],
  ['a user name in front', 'http://example.com@127.0.0.1:PORT/'],
  ['a password in front', 'https://user:password@example.com/'],
  ['a backslash', 'http://example.com\\@127.0.0.1:PORT/'],
  ['a line feed', 'http://127.0.0.1\n.example.com:PORT/'],
  ['the port of a mail server', 'https://example.com:25/'],
];

describe('a webhook', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  }, 90_000);
  afterAll(() => server.stop());

  it.each(spellings)('to %s is refused with a sentence (%s)', async (_, url) => {
    const body = { url: url.replace('PORT', String(port)), events: ['*'] };
    const answer = await call<{ error: { message: string } }>(server, 'POST', '/v1/webhooks', { body });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input', details: { problems: [{ pointer: '/url' }] } } },
    });
    expect(answer.body.error.message).toMatch(/^\/url: must [\w ,;:/.-]+\.$/);
  });

  it('in public cannot be changed to one that is not', async () => {
    const { id } = await addWebhook(server, 'https://example.com/webhook', ['*']);
    const body = { url: `http://127.0.0.1:${port}/` };
    expect((await call(server, 'PATCH', `/v1/webhooks/${id}`, { body })).status).toBe(400);
    const { body: kept } = await call<WebhookAnswer>(server, 'GET', `/v1/webhooks/${id}`);
    expect(kept.url).toBe('https://example.com/webhook');
  });

  it('to this machine that was made while that was allowed is not sent any more', async () => {
    const { id } = await addWebhook(server, 'https://example.com/webhook', ['*']);
    const database = new Libsql(path.join(server.home, 'atelier.sqlite'));
    database.prepare('UPDATE webhooks SET url = ? WHERE id = ?').run(`http://127.0.0.1:${port}/`, id);
    database.close();
    const tried = await untilTried(server, id, await sendTest(server, id));
    expect(tried).toMatchObject({ status: 'failed', log: [{ status_code: null }] });
    expect(tried.log[0]?.error).toBe('The address must lead to a public address, and this one is not.');
  });
});

describe('a webhook to this machine', () => {
  it.each(spellings)('is not connected to when it is tried: %s (%s)', async (_, url) => {
    const courier = new Courier(new ReceiverAddresses(false));
    const outcome = await courier.send(url.replace('PORT', String(port)), message, running);
    expect(outcome).toMatchObject({ statusCode: null, error: expect.stringMatching(/\.$/) });
  });

  it('does not open private addresses where it is allowed', async () => {
    const courier = new Courier(new ReceiverAddresses(true));
    for (const url of ['http://0.0.0.0:PORT/', 'http://[::]:PORT/', 'http://169.254.169.254/']) {
      const outcome = await courier.send(url.replace('PORT', String(port)), message, running);
      expect(outcome.error).toContain('must lead to a public address');
    }
  });

  it('cannot redirect anywhere', async () => {
    const receiver = await Receiver.start();
    receiver.answer = (response) =>
      void response.writeHead(307, { location: `http://localhost:${port}/` }).end();
    const outcome = await new Courier(new ReceiverAddresses(true)).send(receiver.url, message, running);
    expect(outcome).toMatchObject({ statusCode: 307, error: expect.stringMatching(/redirects are not/) });
    await receiver.stop();
  });
});

describe('a name', () => {
  const send = async (
    answer: (asked: number) => string,
    url = `http://rebinding.example:${port}/`,
    allowLoopback = false,
  ) => {
    const names = await NameServer.start(answer);
    const resolver = new Resolver({ timeout: 2_000, tries: 1 });
    resolver.setServers([names.address]);
    const courier = new Courier(new ReceiverAddresses(allowLoopback, resolver));
    const { error } = await courier.send(url, message, running);
    names.stop();
    return { error, asked: names.asked };
  };

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '0.0.0.0'])(
    'that leads to %s is not connected to',
    async (address) => {
      expect(await send(() => address)).toEqual({
        error: 'The name leads to an address that is not public, so nothing was sent there.',
        asked: 1,
      });
    },
  );

  it('is asked for once, so that it cannot lead elsewhere after it was checked', async () => {
    const receiver = await Receiver.start();
    const url = receiver.url.replace('127.0.0.1', 'rebinding.example');
    const sent = await send((before) => (before === 0 ? '127.0.0.1' : '10.1.2.3'), url, true);
    expect(sent).toEqual({ error: null, asked: 1 });
    expect(receiver.received).toHaveLength(1);
    await receiver.stop();
  });

  it('that nobody knows is said to be unknown', async () => {
    const resolver = new Resolver({ timeout: 200, tries: 1 });
    resolver.setServers(['127.0.0.1:1']);
    const courier = new Courier(new ReceiverAddresses(false, resolver));
    const { error } = await courier.send('http://nobody.example/', message, running);
    expect(error).toBe('The name nobody.example could not be found.');
  });
});

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'in public is open: %s',
    (address) => expect(isAllowed(address, false)).toBe(true),
  );

  it.each([
    'fec0::1',
    '2001:db8::1',
    '2001::1',
    '4000::1',
    '198.18.0.1',
    '192.0.2.1',
    '240.0.0.1',
    'fe80::1%lo',
    'x',
  ])('that belongs to nobody in public is closed: %s', (address) =>
    expect(isAllowed(address, true)).toBe(false),
  );

  it.each(['127.0.0.1', '127.255.0.1', '::1', '::ffff:127.0.0.1'])(
    'of this machine opens on demand: %s',
    (address) => {
      expect([isAllowed(address, false), isAllowed(address, true)]).toEqual([false, true]);
    },
  );
});
