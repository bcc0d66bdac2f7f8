import { checkLiteral } from './literals.js';
import type { PortSpec } from './ports.js';
import type { Json } from './values.js';

const sha256 = 'ab'.repeat(32);
const png = { sha256, bytes: 10, mediaType: 'image/png', name: 'a.png' };
const mp4 = { sha256, bytes: 10, mediaType: 'video/mp4', name: 'a.mp4' };

const seed: PortSpec = { type: 'seed' };
const short: PortSpec = { type: 'string', minLength: 2, maxLength: 3 };
const slug: PortSpec = { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$' };
const size: PortSpec = { type: 'integer', min: 64, max: 2048 };
const fit: PortSpec = { type: 'enum', values: ['cover', 'contain', 'fill'] };
const sizes: PortSpec = { type: 'list', items: size, minItems: 1, maxItems: 3 };

const accepted: [PortSpec, Json, Json][] = [
  [{ type: 'string' }, '', ''],
  [{ type: 'text' }, 'two\nlines', 'two\nlines'],
  [short, '😀😀😀', '😀😀😀'],
  [slug, 'my-logo', 'my-logo'],
  [{ type: 'integer' }, -5, -5],
  [size, 64, 64],
  [size, 2048, 2048],
  [{ type: 'number', min: 0 }, 0.5, 0.5],
  [{ type: 'boolean' }, false, false],
  [fit, 'fill', 'fill'],
  [{ type: 'colour' }, '#FF8800', '#ff8800'],
  [{ type: 'colour' }, '#FF880080', '#ff880080'],
  [seed, -1, -1],
  [seed, '-1', -1],
  [seed, '007', 7],
  [seed, 42, 42],
  [seed, '42', 42],
  [seed, '9007199254740993', '9007199254740993'],
  [seed, '18446744073709551615', '18446744073709551615'],
  [{ type: 'model' }, 'sd-turbo', 'sd-turbo'],
  [{ type: 'json' }, null, null],
  [{ type: 'json' }, { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  [{ type: 'file' }, mp4, mp4],
  [{ type: 'file', accept: ['image/*', 'VIDEO/MP4'] }, mp4, mp4],
  [{ type: 'image' }, png, png],
  [{ type: 'mask' }, { ...png, extra: 1 }, png],
  [{ type: 'video' }, mp4, mp4],
  [sizes, [64, 65], [64, 65]],
  [{ type: 'list', items: seed }, ['1', 2], [1, 2]],
];

const refused: [PortSpec, Json, RegExp][] = [
  [{ type: 'string' }, 5, /^must be text, not a number$/],
  [{ type: 'string' }, null, /^must be text, not null$/],
  [short, '😀', /^must have at least 2 characters$/],
  [short, 'abcd', /^must have at most 3 characters, not 4$/],
  [slug, 'My Logo', /^must match the pattern/],
  [slug, 'a'.repeat(5000), /^must have at most 1024 characters, not 5000$/],
  [size, 63, /^must be from 64 to 2048, not 63$/],
  [size, 2049, /^must be from 64 to 2048, not 2049$/],
  [size, 64.5, /whole number/],
  [size, '64', /^must be a number, not text$/],
  [{ type: 'integer' }, 2 ** 53, /whole number/],
  [{ type: 'integer', min: 1 }, 0, /^must be at least 1, not 0$/],
  [{ type: 'number', max: 1 }, 2, /^must be at most 1, not 2$/],
  [{ type: 'boolean' }, 'true', /^must be true or false, not text$/],
  [fit, 'contian', /^must be one of “cover”, “contain”, “fill”; did you mean “contain”\?$/],
  [fit, 1, /^must be one of “cover”, “contain”, “fill”$/],
  [{ type: 'enum', values: Array.from({ length: 30 }, (_, index) => `v${index}`) }, 'x', /“v19”, …$/],
  [{ type: 'colour' }, 'red', /^must be a colour such as #ff8800/],
  [{ type: 'colour' }, '#ff88001', /colour/],
  [seed, -2, /seed|whole number/],
  [seed, 1.5, /whole number/],
  [seed, 2 ** 53, /decimal string/],
  [seed, '18446744073709551616', /2\^64/],
  [seed, '0x10', /decimal string/],
  [seed, ' 1', /decimal string/],
  [{ type: 'model' }, '', /id of a model/],
  [{ type: 'model' }, { id: 'x', sha256 }, /id of a model/],
  [
    { type: 'json' },
    JSON.parse('{"a":{"__proto__":1}}') as Json,
    /^at \/a must not have a key named __proto__$/,
  ],
  [{ type: 'file' }, 'file_1', /^must be a stored file, not text$/],
  [{ type: 'file' }, { ...png, sha256: 'AB' }, /sha256/],
  [{ type: 'file' }, { ...png, bytes: -1 }, /bytes/],
  [{ type: 'file' }, { ...png, name: '../a.png' }, /name/],
  [{ type: 'file', accept: ['image/png'] }, mp4, /^must be a file of type image\/png, not video\/mp4$/],
  [{ type: 'image' }, mp4, /^must be a file of type image\/\*, not video\/mp4$/],
  [{ type: 'audio' }, mp4, /audio/],
  [{ type: 'latents' }, { dims: [], data: [] }, /connect it to an output/],
  [{ type: 'conditioning' }, {}, /connect it to an output/],
  [sizes, 64, /^must be a list, not a number$/],
  [sizes, [], /^must have at least 1 element$/],
  [sizes, [64, 64, 64, 64], /^must have at most 3 elements, not 4$/],
];

describe('a literal', () => {
  it.each(accepted)('that fits %j is taken: %j', (spec, json, value) => {
    expect(checkLiteral(spec, json)).toEqual({ value });
  });

  it.each(refused)('that does not fit %j is refused: %j', (spec, json, problem) => {
    expect(checkLiteral(spec, json)).toEqual({
      problem: expect.stringMatching(problem) as string,
      problems: [expect.anything()],
    });
  });

  it('in a list is refused with the place of every element that does not fit', () => {
    const spec: PortSpec = { type: 'list', items: { type: 'list', items: size } };
    expect(checkLiteral(spec, [[64, 1], 'x', [100]])).toEqual({
      problem: 'at /0/1 must be from 64 to 2048, not 1; at /1 must be a list, not text',
      problems: [
        { pointer: '/0/1', message: 'must be from 64 to 2048, not 1' },
        { pointer: '/1', message: 'must be a list, not text' },
      ],
    });
  });

  it('is refused with a JSON pointer in which / and ~ are escaped', () => {
    const nested = JSON.parse('{"a/b~c":{"__proto__":1}}') as Json;
    expect(checkLiteral({ type: 'json' }, nested)).toMatchObject({ problems: [{ pointer: '/a~1b~0c' }] });
  });

  it('that is nested too deeply is refused and not followed', () => {
    const deep = JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`) as Json;
    expect(checkLiteral({ type: 'json' }, deep)).toMatchObject({
      problem: expect.stringMatching(/deeper/) as string,
    });
  });

  it('is not changed', () => {
    const literal = Object.freeze(['#FFFFFF']);
    expect(checkLiteral({ type: 'list', items: { type: 'colour' } }, literal)).toEqual({
      value: ['#ffffff'],
    });
  });
});
