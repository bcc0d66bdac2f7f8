import { connectable } from './compatible.js';
import { portTypes, type PortSpec, type PortType } from './ports.js';

const list = (items: PortSpec): PortSpec => ({ type: 'list', items });

const examples: Record<PortType, PortSpec> = {
  image: { type: 'image' },
  mask: { type: 'mask' },
  video: { type: 'video' },
  audio: { type: 'audio' },
  latents: { type: 'latents' },
  conditioning: { type: 'conditioning' },
  model: { type: 'model' },
  string: { type: 'string' },
  text: { type: 'text' },
  integer: { type: 'integer' },
  seed: { type: 'seed' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  enum: { type: 'enum', values: ['a'] },
  colour: { type: 'colour' },
  file: { type: 'file' },
  json: { type: 'json' },
  list: list({ type: 'number' }),
};

/** Everything that an output of a type may feed. */
const feeds: Record<PortType, PortType[]> = {
  image: ['image', 'mask', 'file'],
  mask: ['mask'],
  video: ['video', 'file'],
  audio: ['audio', 'file'],
  latents: ['latents'],
  conditioning: ['conditioning'],
  model: ['model'],
  string: ['string', 'text', 'json'],
  text: ['string', 'text', 'json'],
  integer: ['integer', 'number', 'seed', 'json', 'list'],
  seed: ['seed', 'json'],
  number: ['number', 'json', 'list'],
  boolean: ['boolean', 'json'],
  enum: ['enum', 'string', 'text', 'json'],
  colour: ['colour', 'json'],
  file: ['file', 'image', 'mask', 'video', 'audio'],
  json: ['json'],
  list: ['list', 'json'],
};

const pairs = portTypes.flatMap((from) =>
  portTypes.map((to): [PortType, string, PortType] => [
    from,
    feeds[from].includes(to) ? 'feeds' : 'does not feed',
    to,
  ]),
);

const finer: [PortSpec, boolean, PortSpec][] = [
  [{ type: 'enum', values: ['a'] }, true, { type: 'enum', values: ['b', 'a'] }],
  [{ type: 'enum', values: ['a', 'c'] }, false, { type: 'enum', values: ['b', 'a'] }],
  [{ type: 'image' }, true, { type: 'file', accept: ['image/png'] }],
  [{ type: 'image' }, false, { type: 'file', accept: ['image/jpeg'] }],
  [{ type: 'video' }, true, { type: 'file', accept: ['video/mp4'] }],
  [{ type: 'video' }, false, { type: 'file', accept: ['image/*', 'audio/*'] }],
  [{ type: 'file', accept: ['application/pdf'] }, false, { type: 'image' }],
  [{ type: 'file', accept: ['image/webp'] }, true, { type: 'mask' }],
  [{ type: 'file', accept: ['image/webp'] }, true, { type: 'file', accept: ['image/*'] }],
  [{ type: 'file', accept: ['image/webp'] }, false, { type: 'file', accept: ['image/png'] }],
  [{ type: 'file' }, true, { type: 'file', accept: ['image/png'] }],
  [{ type: 'image' }, true, list({ type: 'image' })],
  [{ type: 'image' }, true, list({ type: 'mask' })],
  [{ type: 'string' }, false, list({ type: 'image' })],
  [{ type: 'integer' }, true, list(list({ type: 'number' }))],
  [list({ type: 'integer' }), true, list({ type: 'number' })],
  [list({ type: 'file' }), true, list({ type: 'image' })],
  [list({ type: 'number' }), false, list({ type: 'integer' })],
  [list({ type: 'image' }), false, { type: 'image' }],
  [list({ type: 'image' }), false, list(list({ type: 'image' }))],
  [list(list({ type: 'seed' })), true, { type: 'json' }],
  [list({ type: 'image' }), false, { type: 'json' }],
  [{ type: 'json' }, true, list({ type: 'json' })],
  [{ type: 'mask', optional: true }, false, { type: 'mask' }],
  [{ type: 'mask', optional: true }, true, { type: 'mask', optional: true }],
  [{ type: 'mask' }, true, { type: 'mask', optional: true }],
  [{ type: 'number', optional: true }, true, { type: 'number', default: 1 }],
];

describe('an output', () => {
  it.each(pairs)('of type %s %s an input of type %s', (from, verdict, to) => {
    expect(connectable(examples[from], examples[to])).toBe(verdict === 'feeds');
  });

  it.each(finer)('%j → %j → %j', (from, expected, to) => {
    expect(connectable(from, to)).toBe(expected);
  });
});
