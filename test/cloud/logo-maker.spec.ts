import { jest } from '@jest/globals';
import sharp from 'sharp';
import { call } from '../harness/api.js';
import { type JobAnswer, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { startServer, type TestServer } from '../harness/server.js';

// The document's example of a tool, and what its answer promises.
jest.setTimeout(60_000);

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 90_000);
afterAll(() => server.stop());

interface Result {
  png: { url: string; type: string };
  svg: { url: string; type: string };
  pdf: { url: string; type: string };
  design: { layout: string; colors: string[]; contrast: number; notes: string[] };
}

interface Refusal {
  error: { code: string; message: string; details: { problems: { pointer: string }[] } };
}

function execute(inputs: Record<string, unknown>, key = server.key) {
  return call<JobAnswer & Refusal>(server, 'POST', '/v1/tools/logo_maker/execute', { body: { inputs }, key });
}

async function made(inputs: Record<string, unknown>): Promise<JobAnswer> {
  const { body } = await execute(inputs);
  return untilEnded(server, body.job_id);
}

const fetched = async (url: string): Promise<Buffer> => Buffer.from(await (await fetch(url)).arrayBuffer());

it('GET /tools lists it as the document does', async () => {
  const { body } = await call<{ tools: { id: string; input_schema: unknown }[] }>(server, 'GET', '/v1/tools');
  expect(body.tools.find(({ id }) => id === 'logo_maker')).toMatchObject({
    name: 'Logo Maker',
    category: 'design',
    credits_per_use: 10,
    description: expect.stringContaining('Create professional logos'),
    input_schema: {
      required: ['text'],
      properties: {
        text: { type: 'string', minLength: 1, maxLength: 60 },
        style: { enum: expect.arrayContaining(['modern', 'vintage', 'minimalist', 'playful']) },
        colors: { type: 'array', minItems: 1, maxItems: 5 },
      },
    },
  });
});

it("the document's example becomes a logo as PNG, SVG and PDF in its colours, for 10 credits", async () => {
  const job = await made({ text: 'My Company', style: 'modern', colors: ['#FF5733', '#3498db'] });
  expect(job).toMatchObject({
    status: 'completed',
    credits_used: 10,
    result: { item_id: expect.stringMatching(/^item_/), formats: ['png', 'svg', 'pdf'] },
  });
  const { png, svg, pdf, design } = job.result!.outputs as unknown as Result;
  expect(job.result!.url).toBe(png.url);
  expect([png.type, svg.type, pdf.type]).toEqual(['image/png', 'image/svg+xml', 'application/pdf']);

  const drawing = (await fetched(svg.url)).toString();
  expect(drawing).toContain('<title>My Company</title>');
  expect(drawing).toContain('"#FF5733"');
  expect(drawing).toContain('"#3498db"');
  expect(design).toMatchObject({ colors: expect.arrayContaining(['#FF5733', '#3498db']) });
  expect(design.contrast).toBeGreaterThanOrEqual(4.5);

  const { width, height, format } = await sharp(await fetched(png.url)).metadata();
  expect(format).toBe('png');
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(1024);
  expect((await fetched(pdf.url)).subarray(0, 5).toString()).toBe('%PDF-');
});

it('the same seed gives the same files, and the job tells which was drawn', async () => {
  const first = await made({ text: 'Acme Corp', style: 'vintage' });
  const { seed } = (first as unknown as { inputs: { seed: number | string } }).inputs;
  expect(seed).not.toBe(-1);
  const again = await made({ text: 'Acme Corp', style: 'vintage', seed });
  const [one, two] = [first, again].map(({ result }) => result!.outputs as unknown as Result);
  for (const format of ['png', 'svg', 'pdf'] as const) {
    expect((await fetched(two![format].url)).equals(await fetched(one![format].url))).toBe(true);
  }
});

it.each([
  ['no name', {}, '/inputs/text'],
  ['a name of 61 letters', { text: 'x'.repeat(61) }, '/inputs/text'],
  ['an unknown style', { text: 'A', style: 'gothic' }, '/inputs/style'],
  ['six colours', { text: 'A', colors: Array(6).fill('#000') }, '/inputs/colors'],
  ['no colour in the list', { text: 'A', colors: [] }, '/inputs/colors'],
  ['a colour that is none', { text: 'A', colors: ['#12'] }, '/inputs/colors/0'],
])('%s is refused at once with its place', async (_, inputs, pointer) => {
  const { status, body } = await execute(inputs);
  expect(status).toBe(400);
  expect(body.error.code).toBe('invalid_input');
  const places = body.error.details.problems.map((problem) =>
    problem.pointer.replace(/^(\/inputs)?/, '/inputs'),
  );
  expect(places).toContain(pointer);
});

it.each([
  [{ text: '你好' }, /The fonts have no letters for “你”, “好”/],
  [{ text: 'Hi 👋' }, /A logo is lettered without emoji/],
  [{ text: 'Hi', colors: ['nocolour'] }, /“nocolour” is not a colour/],
])('%j fails with a sentence that says why, and costs nothing', async (inputs, message) => {
  const job = await made(inputs);
  expect(job).toMatchObject({
    status: 'failed',
    credits_used: 0,
    error: { code: 'invalid_input', message: expect.stringMatching(message) },
  });
});

it('with too few credits it is not begun', async () => {
  const poor = await createKey(server.home, { credits: 5 });
  expect(await execute({ text: 'Acme' }, poor)).toMatchObject({
    status: 402,
    body: { error: { code: 'insufficient_credits', details: { required: 10, available: 5 } } },
  });
});
