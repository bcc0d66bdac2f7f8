import { jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type Answer, call, type CallOptions, upload } from '../harness/api.js';
import { testPlugins, untilEnded } from '../harness/jobs.js';
import { createKey } from '../harness/keys.js';
import { type ModelServer, startModelServer } from '../harness/language-model.js';
import { startServer, type TestServer } from '../harness/server.js';

jest.setTimeout(60_000);

const photo = fileURLToPath(new URL('../../docs/sample/photo.jpg', import.meta.url));

interface Reply {
  reply: string;
  suggestions: string[];
  chat_id: string;
  job_id?: string;
}

interface History {
  chat_id: string;
  messages: { role: string; content: string; suggestions: string[]; job_id: string | null }[];
  total: number;
  has_more: boolean;
}

interface Failed {
  error: { code: string; message: string; details: { problems?: { pointer: string }[] } };
}

/** One conversation, whose chat is the one that its first message begins. */
class Talk {
  chatId = '';

  constructor(
    private readonly server: TestServer,
    private readonly options: CallOptions = {},
  ) {}

  async say(message: string, context?: Record<string, string>): Promise<Reply> {
    const { status, body } = await this.post(message, context);
    expect([status, body]).toEqual([200, expect.objectContaining({ reply: expect.any(String) })]);
    this.chatId = body.chat_id;
    return body;
  }

  post(message: unknown, context?: Record<string, string>): Promise<Answer<Reply>> {
    const route = this.chatId === '' ? '/v1/ai/chat' : `/v1/ai/chat/${this.chatId}/message`;
    return call<Reply>(this.server, 'POST', route, { ...this.options, body: { message, context } });
  }

  async history(query = ''): Promise<History> {
    return (
      await call<History>(this.server, 'GET', `/v1/ai/chat/${this.chatId}/history${query}`, this.options)
    ).body;
  }
}

const logoMaker = {
  id: 'logo_maker',
  version: '1.0.0',
  title: 'Logo maker',
  tool: { category: 'design', credits: 10, description: 'Creates logos.' },
  inputs: {
    text: { type: 'string', minLength: 1, maxLength: 60 },
    style: { type: 'enum', values: ['modern', 'vintage', 'minimalist'], default: 'modern' },
    colors: { type: 'list', items: { type: 'string' }, optional: true },
  },
  nodes: {
    letters: { use: 'image.text', with: { text: { input: 'text' }, size: 40 } },
    saved: { use: 'image.save', with: { image: { from: 'letters.image' }, format: 'png', name: 'logo' } },
  },
  outputs: { png: { from: 'saved.file' } },
};

const slow = {
  id: 'slow_counter',
  version: '1.0.0',
  title: 'Slow counter',
  tool: { category: 'test', credits: 3, description: 'Counts up to a number, slowly.' },
  inputs: { to: { type: 'integer', min: 1 } },
  nodes: { count: { use: 'steady.count', with: { to: { input: 'to' }, everyMs: 20 } } },
  outputs: { counted: { from: 'count.counted' } },
};

const options = { plugins: [testPlugins], env: {} };
let server: TestServer;
let photoId: string;
/** of somebody with few credits */
let poorKey: string;
beforeAll(async () => {
  server = await startServer(options);
  photoId = (await upload(server, await readFile(photo), 'photo.jpg')).body.file_id;
  poorKey = await createKey(server.home, { credits: 5 });
  const known = await call<{ tools: { id: string }[] }>(server, 'GET', '/v1/tools');
  if (!known.body.tools.some(({ id }) => id === 'logo_maker'))
    await call(server, 'POST', '/v1/pipelines', { body: logoMaker });
  await call(server, 'POST', '/v1/pipelines', { body: slow });
}, 90_000);
afterAll(() => server.stop());

describe('the assistant', () => {
  it('leads from the wish to the logo, as the document has it', async () => {
    const talk = new Talk(server);
    const first = await talk.say('Create a logo for my coffee shop');
    expect(first).toEqual({
      reply: "I'll help you create a coffee shop logo. What's the name of your shop?",
      suggestions: [
        'Provide shop name',
        'Choose color scheme',
        expect.stringMatching(/^Select style \(modern, \w+, \w+\)$/),
      ],
      chat_id: expect.stringMatching(/^chat_/),
    });
    const second = await talk.say("The shop is called 'Bean There'");
    expect(second.chat_id).toBe(first.chat_id);
    expect(second.reply).toMatch(/“Bean There”.*10 credits.*Shall I start\?/);
    const third = await talk.say('Make it vintage, then go ahead');
    expect(third.job_id).toMatch(/^job_/);
    expect(await untilEnded(server, third.job_id!)).toMatchObject({
      status: 'completed',
      pipeline: 'logo_maker',
      inputs: { text: 'Bean There', style: 'vintage' },
    });
    const report = await talk.say('Is it ready?');
    const [url] = /http:\S+/.exec(report.reply) ?? [];
    const { format } = await sharp(await (await fetch(url!)).arrayBuffer()).metadata();
    expect([report.job_id, format]).toEqual([third.job_id, 'png']);
  });

  it('works on pictures that were uploaded, and goes on with what it made', async () => {
    const talk = new Talk(server);
    await talk.say('resize my latest upload to 80x60 as png');
    const { job_id: resized } = await talk.say('yes');
    await untilEnded(server, resized!);
    await talk.say('now watermark the result with "draft" in the center');
    const { job_id: marked } = await talk.say('go');
    const job = (await untilEnded(server, marked!)) as unknown as {
      status: string;
      inputs: Record<string, string>;
    };
    expect(job).toMatchObject({ status: 'completed', inputs: { text: 'draft', position: 'center' } });
    expect(job.inputs.file_id).not.toBe(photoId);
  });

  it('tells how far a job is, cancels it, and starts it anew with a change', async () => {
    const talk = new Talk(server);
    await talk.say('slow counter');
    await talk.say('3000');
    const { job_id: first } = await talk.say('start it');
    expect((await talk.say('how far is it?')).reply).toMatch(/queue|% done/);
    const { job_id: second, reply } = await talk.say('count to 4000 instead');
    expect(reply).toMatch(/^I cancelled the job before/);
    expect(await untilEnded(server, first!)).toMatchObject({ status: 'cancelled', credits_used: 0 });
    expect((await talk.say('cancel it')).reply).toBe('It was cancelled and cost nothing.');
    expect(await untilEnded(server, second!)).toMatchObject({ status: 'cancelled', inputs: { to: 4000 } });
  });

  it('takes one order once, however often it is sent', async () => {
    const talk = new Talk(server);
    await talk.say(`resize ${photoId} to 33x44`);
    const replies = await Promise.all(Array.from({ length: 6 }, () => talk.post('go')));
    expect(replies.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(new Set(replies.map(({ body }) => body.job_id)).size).toBe(1);
    expect((await talk.history()).total).toBe(14);
  });

  it('says in words that credits are missing', async () => {
    await call(server, 'POST', '/v1/pipelines', {
      key: poorKey,
      body: { ...slow, tool: { ...slow.tool, credits: 7 } },
    });
    const talk = new Talk(server, { key: poorKey });
    await talk.say('slow counter to 9');
    const refused = await talk.say('go');
    expect(refused.reply).toMatch(/7 credits.*5.*credits\/purchase/);
    expect(refused.job_id).toBeUndefined();
    const key = await createKey(server.home, { sandbox: true });
    const sandbox = new Talk(server, { key });
    const { body } = await upload(server, await readFile(photo), 'mine.jpg', { key });
    expect((await sandbox.say(`resize ${body.file_id} to 20x20`)).reply).toMatch(/for no credits/);
    expect((await sandbox.say('go')).job_id).toMatch(/^job_/);
  });

  it("asks again for what only the tool finds out: another account's file", async () => {
    const talk = new Talk(server, { key: poorKey });
    await talk.say(`resize ${photoId} to 20x20`);
    const { reply, job_id: jobId } = await talk.say('go');
    expect(reply).toMatch(/I could not start it: .*upload it first.* Which picture should I take\?/);
    expect(jobId).toBeUndefined();
  });

  it('hides a chat from all but its account, and forgets it when it is deleted', async () => {
    const talk = new Talk(server);
    await talk.say('hello');
    const key = poorKey;
    const foreign = [
      await call<Failed>(server, 'GET', `/v1/ai/chat/${talk.chatId}/history`, { key }),
      await call<Failed>(server, 'POST', `/v1/ai/chat/${talk.chatId}/message`, {
        key,
        body: { message: 'go' },
      }),
      await call<Failed>(server, 'DELETE', `/v1/ai/chat/${talk.chatId}`, { key }),
      await call<Failed>(server, 'GET', '/v1/ai/chat/chat_unknown/history'),
    ];
    for (const { status, body } of foreign)
      expect([status, body.error.code]).toEqual([404, 'chat_not_found']);
    const mine = await call<{ chats: { chat_id: string; messages: number }[] }>(
      server,
      'GET',
      '/v1/ai/chat?limit=1',
    );
    expect(mine.body).toMatchObject({ chats: [{ chat_id: talk.chatId, messages: 2 }], has_more: true });
    expect((await call(server, 'DELETE', `/v1/ai/chat/${talk.chatId}`)).body).toEqual({
      deleted: true,
      id: talk.chatId,
    });
    expect((await talk.post('hello')).status).toBe(404);
  });

  it.each([
    ['nothing', {}],
    ['an empty message', { message: ' \u0000\n ' }],
    ['a number', { message: 7 }],
    ['a novel', { message: 'a'.repeat(4001) }],
    ['a project that is no id', { message: 'hello', context: { project_id: '../x' } }],
    ['a field that is misspelt', { message: 'hello', contxt: {} }],
  ])('refuses %s with its place', async (_, body) => {
    const answer = await call<Failed>(server, 'POST', '/v1/ai/chat', { body });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_input']);
    expect(answer.body.error.details.problems?.[0]?.pointer).toMatch(/^\/?/);
  });

  it.each([
    '\ud800 logo',
    "'; DROP TABLE chats; --",
    '__proto__: 1',
    '<script>alert(1)</script>',
    'constructor = 5',
    'a 🦊 and a \u202e',
  ])('answers %j like anything else', async (message) => {
    const talk = new Talk(server);
    await talk.say(message);
    await talk.say('logo maker');
    await talk.say(message);
  });
});

describe('the assistant with a language model', () => {
  let model: ModelServer;
  let before: Talk;
  beforeAll(async () => {
    before = new Talk(server);
    await before.say('Create a logo for my coffee shop');
    await before.say('Bean There');
    model = await startModelServer();
    options.env = { ATELIER_LLM_URL: model.url, ATELIER_LLM_KEY: 'sk-test', ATELIER_LLM_TIMEOUT_S: '2' };
    await server.restart();
  }, 90_000);
  afterAll(() => model.stop());

  it('has what was said before the server was started again', async () => {
    const history = await before.history();
    expect(history).toMatchObject({ chat_id: before.chatId, total: 4, has_more: false });
    expect(history.messages.map(({ role, content }) => [role, content.slice(0, 16)])).toEqual([
      ['user', 'Create a logo fo'],
      ['assistant', "I'll help you cr"],
      ['user', 'Bean There'],
      ['assistant', 'I would run Logo'],
    ]);
    const page = await before.history('?limit=1&offset=1&order=desc');
    expect(page).toMatchObject({
      total: 4,
      has_more: true,
      messages: [{ role: 'user', content: 'Bean There' }],
    });
  });

  it('gives it the tools, what is known and what was said, and no addresses of results', async () => {
    model.answer(() => ({ content: 'Which picture?' }));
    const talk = new Talk(server);
    expect(await talk.say('Mach das Foto kleiner')).toMatchObject({ reply: 'Which picture?' });
    const asked = model.requests.at(-1)!;
    expect(asked.model).toBe('tiny-talker');
    expect(model.keys).toContain('Bearer sk-test');
    expect(asked.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(asked.messages[0]!.content).toContain(photoId);
    const resizer = asked.tools.find(({ function: { name } }) => name === 'image_resizer');
    expect(Object.keys(resizer!.function.parameters.properties)).toEqual([
      'file_id',
      'width',
      'height',
      'fit',
      'format',
    ]);
    await talk.say('http://127.0.0.1:1/secret');
    await talk.say('das neueste');
    expect(model.requests.at(-1)!.messages.map(({ content }) => content)).toContain('[address]');
  });

  it('prepares what the model says, shows it, and starts it once the caller has agreed', async () => {
    const talk = new Talk(server);
    const order = { file_id: photoId, width: 40, height: 30, format: 'png' };
    model.answer(({ messages }) =>
      messages.at(-1)!.role === 'tool' ? { content: 'Soll ich?' } : { calls: [['image_resizer', order]] },
    );
    const shown = await talk.say('Mach das Foto winzig');
    expect(shown.reply).toBe(
      'Soll ich?\n\nI would run Image resizer with picture photo.jpg, width 40, height 30 and format png for 1 credit. Say “go” to start.',
    );
    model.answer(() => ({ content: 'Gern.', calls: [['start_job', {}]] }));
    const { job_id: jobId } = await talk.say('Ja, leg los');
    expect(await untilEnded(server, jobId!)).toMatchObject({ status: 'completed', inputs: order });
    model.answer(() => ({ calls: [['job_status', '']] }));
    expect((await talk.say('Ist es fertig?')).reply).toMatch(
      /^It is ready\. It cost 1 credit\.\nphoto\.png: http:/,
    );
  });

  it('starts nothing of its own accord, whatever the model calls', async () => {
    const evil = { file_id: photoId, width: 16, height: 16, nonsense: 1, fit: 'sideways' };
    model.answer(({ messages }) =>
      messages.length > 8
        ? { content: 'I have started everything.' }
        : {
            calls: [
              ['image_resizer', evil],
              ['start_job', {}],
              ['no_such_tool', {}],
              ['start_job', '{{{'],
              ['image_resizer', '[1]'],
            ],
          },
    );
    const jobs = (await call<{ total: number }>(server, 'GET', '/v1/jobs')).body.total;
    const talk = new Talk(server);
    const { reply, job_id: jobId } = await talk.say('Tell me about this picture');
    expect(jobId).toBeUndefined();
    expect(reply).toMatch(
      /I would run Image resizer with picture photo\.jpg, width 16 and height 16 for 1 credit/,
    );
    const outcomes = model.requests.at(-1)!.messages.filter(({ role }) => role === 'tool');
    expect(outcomes.map(({ content }) => content).join('\n')).toMatch(
      /no input nonsense.*fit must be one of.*\n.*Not started/,
    );
    expect((await call<{ total: number }>(server, 'GET', '/v1/jobs')).body.total).toBe(jobs);
  });

  it.each([
    ['is overloaded', (response: import('node:http').ServerResponse) => void response.writeHead(503).end()],
    ['speaks nonsense', (response: import('node:http').ServerResponse) => void response.end('<html>')],
    ['breaks off', (response: import('node:http').ServerResponse) => void response.destroy()],
    ['sends a gigabyte', flood],
    [
      'redirects',
      (response: import('node:http').ServerResponse) =>
        void response.writeHead(302, { location: '/v1/models' }).end(),
    ],
    ['never answers', () => undefined],
  ])('does without the model when it %s', async (_, answer) => {
    model.answer(() => answer);
    const talk = new Talk(server);
    const { reply } = await talk.say(`resize ${photoId} to 50x50`);
    expect(reply).toMatch(
      /^The language model .* cannot be reached.*\n\nI would run Image resizer.*Shall I start\?$/,
    );
    expect((await talk.say('go')).job_id).toMatch(/^job_/);
  });
});

function flood(response: import('node:http').ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536, 'a')));
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
