import { jest } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import sharp from 'sharp';
import { type Answer, call, upload } from '../harness/api.js';
import { type JobAnswer, testPlugins, untilEnded } from '../harness/jobs.js';
import { exchange } from '../harness/raw.js';
import { startServer, type TestServer } from '../harness/server.js';
import { expectWorks, oneNode } from './pipelines.js';
import { childrenOf, slowdown } from './processes.js';

interface ErrorBody {
  error: {
    code: string;
    message: string;
    details: { problems?: { code: string; pointer: string; message: string; path?: string[] }[] };
  };
}

jest.setTimeout(60_000);

const answerLimitMs = 2_000;

let server: TestServer;
let workers: number[];
beforeAll(async () => {
  server = await startServer({ plugins: [testPlugins, path.join(import.meta.dirname, 'plugins')] });
  workers = await childrenOf(server.process.pid!);
});
afterAll(() => server.stop());

/** Sends a request that has to be refused, in time and with a sentence. */
async function expectRefused(
  method: string,
  route: string,
  body: unknown,
  status: number,
  code: string,
): Promise<ErrorBody['error']> {
  const from = performance.now();
  const answer = await call<ErrorBody>(server, method, route, { body });
  expect(performance.now() - from).toBeLessThan(answerLimitMs * slowdown());
  return expectError(answer, status, code);
}

function expectError({ status, body }: Answer<ErrorBody>, wanted: number, code: string): ErrorBody['error'] {
  expect([status, body.error?.code]).toEqual([wanted, code]);
  expect(body.error.message).toMatch(/^\S.*[.?]$/s);
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\.[jt]s:\d|\/home\/|\/tmp\//);
  return body.error;
}

function graph(nodes: Record<string, unknown>, from = 'a.sum') {
  return { ...oneNode('steady.add', 'sum'), nodes, outputs: { sum: { from } } };
}

const add = (a: unknown, b: unknown = 1) => ({ use: 'steady.add', with: { a, b } });

describe('a graph that cannot work', () => {
  const chain = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        index === 0 ? 'a' : `n${index}`,
        add(index === 0 ? 1 : { from: `${index === 1 ? 'a' : `n${index - 1}`}.sum` }),
      ]),
    );

  it.each<[string, Record<string, unknown>, string]>([
    ['a node that needs itself', { a: add({ from: 'a.sum' }) }, 'cycle'],
    ['two nodes that need each other', { a: add({ from: 'b.sum' }), b: add({ from: 'a.sum' }) }, 'cycle'],
    [
      'a cycle of three beside a good node',
      { a: add(1), b: add({ from: 'd.sum' }), c: add({ from: 'b.sum' }), d: add({ from: 'c.sum' }) },
      'cycle',
    ],
    ['a node that is not there', { a: add({ from: 'nobody.sum' }) }, 'unknown-node'],
    ['an output that is not there', { a: add({ from: 'b.product' }), b: add(1) }, 'unknown-output'],
    ['a type of node that is not there', { a: { use: 'steady.sub', with: { a: 1 } } }, 'unknown-use'],
    ['a port that is not there', { a: { use: 'steady.add', with: { a: 1, c: 2 } } }, 'undeclared-input'],
    ['a port without its value', { a: { use: 'steady.add', with: {} } }, 'missing-input'],
    ['text for a number', { a: add('two') }, 'invalid-value'],
    [
      'a picture for a number',
      { a: add({ from: 'b.image' }), b: { use: 'steady.paint', with: { width: 1, height: 1, level: 1 } } },
      'incompatible',
    ],
    ['names that objects have by themselves', { a: add({ from: 'constructor.name' }) }, 'unknown-node'],
  ])('with %s is refused with its place', async (_, nodes, code) => {
    const pipeline = graph(nodes);
    const error = await expectRefused('POST', '/v1/jobs', { pipeline, inputs: {} }, 400, 'invalid_pipeline');
    const problem = error.details.problems?.find((each) => each.code === code);
    expect(error.details.problems?.map((each) => each.code)).toContain(code);
    expect(problem?.pointer).toMatch(/^\/(nodes|outputs)/);
    if (code === 'cycle') expect(problem?.path?.length).toBeGreaterThan(1);

    const validated = await call<{ valid: boolean; problems: { code: string }[] }>(
      server,
      'POST',
      '/v1/pipelines/validate',
      { body: pipeline },
    );
    expect(validated).toMatchObject({ status: 200, body: { valid: false } });
    expect(validated.body.problems.map((each) => each.code)).toContain(code);
  });

  it('with a hundred thousand nodes is refused in time', async () => {
    const pipeline = graph(chain(100_000));
    await expectRefused('POST', '/v1/jobs', { pipeline, inputs: {} }, 400, 'invalid_pipeline');
    const from = performance.now();
    const { body } = await call<{ valid: boolean }>(server, 'POST', '/v1/pipelines/validate', {
      body: pipeline,
    });
    expect(body.valid).toBe(false);
    expect(performance.now() - from).toBeLessThan(answerLimitMs * slowdown());
  });

  it('with ten thousand nodes in a cycle is refused in time', async () => {
    const nodes = { ...chain(10_000), a: add({ from: 'n9999.sum' }) };
    await expectRefused('POST', '/v1/jobs', { pipeline: graph(nodes), inputs: {} }, 400, 'invalid_pipeline');
  });

  it('that grows beyond all bounds when its loop is written out is refused', async () => {
    const of = { value: Array.from({ length: 30_000 }, (_, index) => index) };
    const a = { use: 'steady.add', forEach: { of }, with: { a: { item: 'item' } } };
    await expectRefused('POST', '/v1/jobs', { pipeline: graph({ a }), inputs: {} }, 413, 'payload_too_large');
  });

  it('that turns out to grow beyond all bounds while it runs fails, and has cost nothing', async () => {
    const list = { use: 'unfolding.numbers', with: { count: 30_000 } };
    const a = { use: 'steady.add', forEach: { of: { from: 'list.numbers' } }, with: { a: { item: 'item' } } };
    const { body } = await call<JobAnswer>(server, 'POST', '/v1/jobs', {
      body: { pipeline: graph({ list, a }), inputs: {} },
    });
    expect(await untilEnded(server, body.job_id)).toMatchObject({
      status: 'failed',
      error: { code: 'payload_too_large', message: expect.stringContaining('30000 elements') },
      credits_used: 0,
    });
  });
});

describe('a name of something that is not there', () => {
  it.each([
    ['GET', '/v1/jobs/job_00000000000000000000000000', 'job_not_found'],
    ['POST', '/v1/jobs/job_00000000000000000000000000/cancel', 'job_not_found'],
    ['POST', '/v1/jobs/job_00000000000000000000000000/retry', 'job_not_found'],
    ['GET', '/v1/jobs/job_00000000000000000000000000/events', 'job_not_found'],
    ['GET', '/v1/files/file_0', 'file_not_found'],
    ['GET', '/v1/files/file_0/download', 'file_not_found'],
    ['DELETE', '/v1/files/file_0', 'file_not_found'],
    ['GET', '/v1/pipelines/nothing', 'pipeline_not_found'],
  ])('%s %s is answered with what is missing', async (method, route, code) => {
    await expectRefused(method, route, undefined, 404, code);
  });

  it('of a tool, a pipeline or a file to work on is answered with what is missing', async () => {
    await expectRefused('POST', '/v1/tools/no_such_tool/execute', { inputs: {} }, 404, 'tool_not_found');
    await expectRefused('POST', '/v1/jobs', { pipeline: 'no_such', inputs: {} }, 404, 'pipeline_not_found');
    const inputs = { file_id: 'file_0', width: 1, height: 1 };
    const error = await expectRefused(
      'POST',
      '/v1/tools/image_resizer/execute',
      { inputs },
      400,
      'invalid_input',
    );
    expect(error.details.problems).toMatchObject([{ pointer: '/file_id' }]);
  });

  it.each([
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '%2e%2e/%2e%2e/etc/passwd',
    '%252e%252e%252fetc%252fpasswd',
    '..%5c..%5cwindows%5csystem.ini',
    '%c0%ae%c0%ae/etc/passwd',
    'file_0%00.png',
    '/etc/passwd',
    'C:%5cboot.ini',
    '.',
    `${'a'.repeat(4_000)}`,
  ])('that tries to be a path (%#) is refused', async (trick) => {
    for (const route of ['/v1/files', '/v1/jobs', '/v1/pipelines']) {
      const answer = await exchange(
        server.url,
        `GET ${route}/${trick} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.key}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404|414) /);
      expect(answer).not.toContain('root:');
    }
    const inputs = { file_id: trick, width: 1, height: 1 };
    await expectRefused('POST', '/v1/tools/image_resizer/execute', { inputs }, 400, 'invalid_input');
  });
});

describe('a picture that is none, or too much', () => {
  /** Resizes an upload. Gives the code that it was refused with, or that the job failed with, in time. */
  async function codeOf(bytes: Uint8Array, name: string): Promise<string | undefined> {
    const from = performance.now();
    const uploaded = await upload(server, bytes, name);
    if (uploaded.status !== 201) return expectError(uploaded as never, 415, 'unsupported_media_type').code;
    const inputs = { file_id: uploaded.body.id, width: 32, height: 32 };
    const { body } = await call<JobAnswer>(server, 'POST', '/v1/tools/image_resizer/execute', {
      body: { inputs },
    });
    if (body.error) return body.error.code;
    const job = await untilEnded(server, body.job_id);
    expect(performance.now() - from).toBeLessThan(5_000 * slowdown());
    return job.error?.code;
  }

  const refusals = ['unsupported_media_type', 'invalid_input', 'payload_too_large', 'node_failed'];
  const square = (side: number) =>
    sharp({
      create: { width: side, height: side, channels: 3, background: '#336699' },
      limitInputPixels: false,
    });

  it('of 14 000 × 14 000 pixels is refused', async () => {
    const bytes = await square(14_000).png({ compressionLevel: 9 }).toBuffer();
    expect(bytes.length).toBeLessThan(2_000_000);
    expect(refusals).toContain(await codeOf(bytes, 'huge.png'));
  });

  it('that is cut off, or says what it is not, is refused', async () => {
    const png = await square(200).png().toBuffer();
    const jpeg = await square(200).jpeg().toBuffer();
    expect(refusals).toContain(await codeOf(png.subarray(0, 60), 'short.png'));
    expect(refusals).toContain(await codeOf(jpeg.subarray(0, 300), 'short.jpg'));
    expect(refusals).toContain(await codeOf(Buffer.from('<html><script>alert(1)</script>'), 'page.png'));
    expect(refusals).toContain(await codeOf(Buffer.from('MZ\x90\x00 no picture'), 'program.jpg'));
    expect(refusals).toContain(await codeOf(Buffer.alloc(0), 'empty.png'));
    // What it is, and not what it is called, is what counts.
    expect(await codeOf(jpeg, 'really-a-jpeg.png')).toBeUndefined();
  });

  it('that refers to other places asks nobody there', async () => {
    let asked = 0;
    const canary = http.createServer((_, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => void canary.listen(0, '127.0.0.1', resolve));
    const place = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
    const documents = [
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">
         <image href="${place}/a.png" xlink:href="${place}/b.png" width="9" height="9"/><use xlink:href="${place}/c.svg#x"/></svg>`,
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>@import url("${place}/s.css");
         rect { fill: url("${place}/f.svg#g") }</style><rect width="9" height="9"/></svg>`,
      `<?xml version="1.0"?><?xml-stylesheet href="${place}/s.css"?><!DOCTYPE svg [<!ENTITY e SYSTEM "${place}/e">
         <!ENTITY f SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&e;&f;</text></svg>`,
    ];
    for (const document of documents) await codeOf(Buffer.from(document), 'refers.svg');
    expect(asked).toBe(0);
    canary.close();
  });

  it('that would unfold without end does not', async () => {
    const entities = Array.from({ length: 9 }, (_, index) => {
      const inner = index === 0 ? 'ha' : `&l${index - 1};`.repeat(10);
      return `<!ENTITY l${index} "${inner}">`;
    });
    const laughs = `<!DOCTYPE svg [${entities.join('')}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&l8;</text></svg>`;
    await codeOf(Buffer.from(laughs), 'laughs.svg');
  });
});

describe('after all of that', () => {
  it('the server and its workers are the same processes as before, and work', async () => {
    expect(server.process.exitCode).toBeNull();
    expect(await childrenOf(server.process.pid!)).toEqual(workers);
    await expectWorks(server);
  });
});
