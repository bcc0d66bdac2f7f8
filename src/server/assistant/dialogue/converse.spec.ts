import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inputSchema, type Json, type PipelineDocument } from '@atelier/sdk';
import type { JobView } from '../../jobs/job-view.js';
import type { ToolView } from '../../tools/tools.service.js';
import { converse } from './converse.js';
import { type KnownFile, newState, type Turn } from './turn.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const ids = [
  'contact_sheet',
  'image_resizer',
  'image_to_image',
  'inpaint',
  'text_to_image',
  'upscale',
  'watermark',
];

const logoMaker = {
  id: 'logo_maker',
  version: '1.0.0',
  title: 'Logo maker',
  tool: { category: 'design', credits: 10, description: 'Creates logos: a mark and a name.' },
  inputs: {
    text: { type: 'string', minLength: 1, maxLength: 60 },
    style: {
      type: 'enum',
      values: ['modern', 'vintage', 'minimalist', 'playful', 'elegant', 'bold'],
      default: 'modern',
    },
    colors: { type: 'list', items: { type: 'string' }, minItems: 1, maxItems: 5, optional: true },
    transparent: { type: 'boolean', default: false },
    seed: { type: 'seed', default: -1 },
  },
  nodes: {},
  outputs: {},
};

const shipped = ids.map(
  (id) => JSON.parse(readFileSync(path.join(root, `pipelines/${id}.json`), 'utf8')) as object,
);
const tools = [logoMaker, ...shipped].map((document) => toolOf(document as PipelineDocument));
const uploads: KnownFile[] = [
  { id: 'file_new', name: 'photo.jpg', mediaType: 'image/jpeg', origin: 'upload' },
  { id: 'file_old', name: 'cat.png', mediaType: 'image/png', origin: 'upload' },
];

function toolOf(document: PipelineDocument): ToolView {
  const { category, credits, description, examples } = document.tool!;
  const { id, version, title, inputs } = document;
  const schema = inputSchema(inputs);
  return {
    id,
    version,
    title,
    category,
    credits,
    description,
    inputs,
    inputSchema: schema,
    outputs: {},
    examples: examples ?? [],
  };
}

/** A chat in which whatever is started runs until it is said to have ended. */
class Talk {
  private state = newState;
  private job: JobView | null = null;
  private started = 0;
  files: KnownFile[] = uploads;

  say(message: string): Turn {
    const turn = converse({ message, state: this.state, tools, files: this.files, job: this.job });
    this.state = turn.state;
    if (turn.act.type === 'start') {
      const id = `job_${++this.started}`;
      this.job = { id, status: 'running' } as JobView;
      this.state = { ...turn.state, jobId: id, ran: true };
    }
    return turn;
  }

  end(status: JobView['status']): void {
    this.job = { ...this.job!, status };
  }
}

function started(toolId: string, inputs: Record<string, Json>, replaces: string | null = null) {
  return { type: 'start', toolId, inputs, replaces };
}

describe('a dialogue', () => {
  let talk: Talk;
  beforeEach(() => {
    talk = new Talk();
  });

  it('goes as the document has it', () => {
    const first = talk.say('Create a logo for my coffee shop');
    expect(first.reply).toBe("I'll help you create a coffee shop logo. What's the name of your shop?");
    expect(first.suggestions).toEqual([
      'Provide shop name',
      'Choose color scheme',
      'Select style (modern, vintage, minimalist)',
    ]);
    const second = talk.say("The shop is called 'Bean There'");
    expect(second.act.type).toBe('none');
    expect(second.reply).toMatch(/“Bean There” for 10 credits.*colors, style \(modern.*Shall I start\?$/);
    expect(talk.say('yes, create it').act).toEqual(started('logo_maker', { text: 'Bean There' }));
  });

  it.each([
    ['Bean There', { text: 'Bean There' }],
    ["it's Bean There", { text: 'Bean There' }],
    ['Blue Moon Café', { text: 'Blue Moon Café' }],
    ['Salt, Pepper & Co', { text: 'Salt, Pepper & Co' }],
    [
      'Bean There, vintage, in brown and cream',
      { text: 'Bean There', style: 'vintage', colors: ['#a52a2a', '#fffdd0'] },
    ],
    ["'Joe's Bar' in #F53 please", { text: "Joe's Bar", colors: ['#ff5533'] }],
    ['call it Кофе', { text: 'Кофе' }],
    ['"Bean There", transparent please', { text: 'Bean There', transparent: true }],
    ['"Bean There", not transparent', { text: 'Bean There', transparent: false }],
  ])('takes the answer %j', (answer, inputs) => {
    talk.say('Create a logo for my coffee shop');
    talk.say(answer);
    expect(talk.say('go').act).toEqual(started('logo_maker', inputs));
  });

  it.each([
    [
      'resize file_new to 800x600 as webp',
      'image_resizer',
      { file_id: 'file_new', width: 800, height: 600, format: 'webp' },
    ],
    [
      'shrink my last upload to a 300 px square',
      'image_resizer',
      { file_id: 'file_new', width: 300, height: 300 },
    ],
    [
      'resize cat.png: 1,920 pixels wide, 1080 high, contain',
      'image_resizer',
      { file_id: 'file_old', width: 1920, height: 1080, fit: 'contain' },
    ],
    ['make photo.jpg twice as large', 'upscale', { image: 'file_new', scale: 2 }],
    ['upscale file_new 4x', 'upscale', { image: 'file_new', scale: 4 }],
    [
      'watermark photo.jpg with "© Jane" at the bottom left, 50% opacity, in dark blue',
      'watermark',
      { file_id: 'file_new', text: '© Jane', position: 'bottom-left', opacity: 0.5, colour: '#00008b' },
    ],
    [
      'contact sheet of all my uploads with 4 columns on black',
      'contact_sheet',
      { files: ['file_old', 'file_new'], columns: 4, background: '#000000' },
    ],
    [
      'please paint a picture of a lighthouse in a storm, 512x768, seed 7',
      'text_to_image',
      { prompt: 'a lighthouse in a storm', width: 512, height: 768, seed: 7 },
    ],
    ['I need a logo for Acme Corp, not vintage', 'logo_maker', { text: 'Acme Corp' }],
    [
      'Logo for our bakery called Olive & Plum, playful, white on navy blue',
      'logo_maker',
      { text: 'Olive & Plum', style: 'playful', colors: ['#ffffff', '#000080'] },
    ],
  ])('understands %j at once', (message, toolId, inputs) => {
    const turn = talk.say(message);
    expect(turn.act.type).toBe('none');
    expect(turn.reply).toMatch(/Shall I start\?$/);
    expect(talk.say('Yes, go ahead').act).toEqual(started(toolId, inputs));
  });

  it('asks for one thing after the other, and says what does not fit', () => {
    expect(talk.say('I want to shrink a photo').reply).toMatch(/Which picture should I take\?/);
    expect(talk.say('the latest upload').reply).toMatch(/^What width would you like \(1 to 16384\)\?/);
    expect(talk.say('99999').reply).toMatch(/^The width must be from 1 to 16384, not 99999. What width/);
    expect(talk.say('800').reply).toMatch(/^What height/);
    expect(talk.say('go').reply).toMatch(/^Before I can start .* What height/);
    expect(talk.say('600').reply).toMatch(/Shall I start\?$/);
  });

  it('asks which tool is meant where several fit, and forgets nothing of the wish', () => {
    const turn = talk.say("put '© Jane' on my last picture at the top");
    expect(turn.reply).toMatch(/^Do you mean .*Watermark/);
    talk.say('watermark');
    const wish = { file_id: 'file_new', text: '© Jane', position: 'top' };
    expect(talk.say('go').act).toEqual(started('watermark', wish));
  });

  it.each(['bake me a cake', 'what is the weather like?', 'asdf', '🎈'])(
    'says what there is when asked %j',
    (message) => {
      const { act, reply } = talk.say(message);
      expect(act.type).toBe('none');
      expect(reply).toMatch(/Image resizer/);
    },
  );

  it('starts nothing that it was not told to start', () => {
    talk.say("Create a logo called 'Go'");
    for (const message of [
      "don't start yet",
      'wait',
      'how much is it?',
      'which styles are there?',
      'no',
      'hello',
      '?',
    ])
      expect([message, talk.say(message).act.type]).toEqual([message, 'none']);
    expect(talk.say('make it vintage').act.type).toBe('none');
    expect(talk.say('make it bold and go').act).toEqual(started('logo_maker', { text: 'Go', style: 'bold' }));
  });

  it('tells what there is to choose from', () => {
    talk.say("Create a logo called 'Bean There'");
    expect(talk.say('what styles are there?').reply).toMatch(
      /modern, vintage, minimalist, playful, elegant or bold/,
    );
    expect(talk.say('which colours can I use?').reply).toMatch(/by name or as codes/);
  });

  it('reports, cancels and goes on with the job', () => {
    talk.say("Create a logo called 'Bean There'");
    talk.say('go');
    expect(talk.say('how far is it?').act.type).toBe('report');
    expect(talk.say('go').act.type).toBe('report');
    expect(talk.say('cancel').act).toEqual({ type: 'cancel', jobId: 'job_1' });
    talk.end('cancelled');
    expect(talk.say('again').act).toEqual(started('logo_maker', { text: 'Bean There' }));
  });

  it('starts anew with a change while the job runs, and asks first once it has ended', () => {
    talk.say("Create a logo called 'Bean There'");
    talk.say('go');
    const changed = { text: 'Bean There', style: 'vintage' };
    expect(talk.say('make it vintage instead').act).toEqual(started('logo_maker', changed, 'job_1'));
    talk.end('completed');
    expect(talk.say('make it bold').reply).toMatch(/style bold for 10 credits.*Shall I start\?$/);
    expect(talk.say('ok').act).toEqual(started('logo_maker', { text: 'Bean There', style: 'bold' }));
  });

  it('goes on to another tool with what the one before has made', () => {
    talk.say("Create a logo called 'Bean There'");
    talk.say('go');
    talk.end('completed');
    talk.files = [
      { id: 'file_logo', name: 'logo.png', mediaType: 'image/png', origin: 'result' },
      ...uploads,
    ];
    talk.say('now resize it to 300x200');
    expect(talk.say('yes').act).toEqual(
      started('image_resizer', { file_id: 'file_logo', width: 300, height: 200 }),
    );
  });

  it('answers the longest messages in no time', () => {
    const long = [
      "'",
      "'a ",
      '"',
      '“x ',
      'for my a',
      'called ',
      '1,1',
      '#',
      'x 1',
      'a,',
      'navy ',
      '(',
      ' is ',
      'file_',
    ].map((part) => part.repeat(4000 / part.length));
    for (const opening of ['create a logo', 'paint a picture', 'resize photo.jpg'])
      for (const message of long) {
        talk = new Talk();
        talk.say(opening);
        const before = performance.now();
        talk.say(message);
        expect([message.slice(0, 9), performance.now() - before < 400]).toEqual([message.slice(0, 9), true]);
      }
  });
});
