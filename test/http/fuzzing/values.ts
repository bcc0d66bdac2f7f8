import fc from 'fast-check';
import type { Schema } from './document.js';

/** Written in place of ids, so that a request reads the same in every run; a `Stock` knows what each stands for. */
export const standIn = (whose: 'own' | 'other', kind: string): string => `{${whose}:${kind}}`;

const parse = (text: string): unknown => JSON.parse(text);

/** What has broken servers before. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    ' ',
    0,
    -1,
    0.1,
    -0,
    1e308,
    -1e308,
    2 ** 31,
    2 ** 53,
    2 ** 63,
    '0',
    '-1',
    '1e9',
    'NaN',
    'null',
    [],
    {},
    [[]],
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '\u202eabc\u200f\u2066',
    'ﷺ'.repeat(50),
    'e\u0301'.repeat(200),
    '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿',
    'x'.repeat(10_001),
    'x'.repeat(101_000),
    "'; DROP TABLE jobs; --",
    '1 OR 1=1',
    '" UNION SELECT * FROM accounts --',
    '%s%n%x',
    '${7*7}',
    '{{7*7}}',
    '../../../../etc/passwd',
    '..\\..\\windows',
    'file:///etc/passwd',
    'http://169.254.169.254/',
    'http://[::1]:1/',
    'data:image/png;base64,AAAA',
    'data:,',
    '__proto__',
    'constructor',
    'toString',
    '\r\nSet-Cookie: a=b',
  ),
  fc
    .constantFrom(
      '{"__proto__":{"isAdmin":true}}',
      '{"constructor":{"prototype":{"a":1}}}',
      '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
      '{"length":1e9}',
      '{"then":1}',
      `${'['.repeat(40)}${']'.repeat(40)}`,
      `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
      `[${'0,'.repeat(2_000)}0]`,
    )
    .map(parse),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.integer(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Sizes and steps are as small as they may be: what is made has to be cheap. */
const costly = /^(default)?(width|height|steps|scale|cell_width|cell_height|columns)$/i;
const wishes = [
  'Make a logo for Sea & Sun',
  'Resize my picture to 8 by 8',
  'yes',
  'cancel',
  'How far is it?',
  'a lighthouse',
];

/** Values as the schema wants them, its limits included. */
export function valuesOf(schema: Schema, name = ''): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => valuesOf(each, name)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') return objectsOf(schema);
  if (type === 'array') {
    const items = valuesOf(schema.items ?? {}, name);
    return fc.array(items, { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 4, 4) });
  }
  if (type === 'integer' || type === 'number') return numbersOf(schema, name);
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  return type === 'string' ? textsOf(schema, name) : nasty;
}

function objectsOf({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const known = Object.entries(properties).map(([name, each]) => [name, valuesOf(each, name)] as const);
  return fc.record(Object.fromEntries(known), { requiredKeys: required });
}

function numbersOf({ minimum = -2, maximum = 2 ** 53, multipleOf = 1 }: Schema, name: string) {
  if (costly.test(name)) return fc.constantFrom(minimum, minimum + multipleOf);
  return fc.oneof(
    fc.constantFrom(minimum, maximum),
    fc.integer({ min: minimum, max: Math.min(maximum, 1e9) }),
  );
}

function textsOf({ minLength = 0, maxLength = 200, pattern }: Schema, name: string): fc.Arbitrary<string> {
  if (name === 'project_id') return idsOf('/v1/projects/');
  if (name === 'pipeline') return fc.oneof(fc.constant('image_resizer'), idsOf('/v1/pipelines/'));
  if (name === 'url')
    return fc.constantFrom('http://127.0.0.1:1099/hook', 'https://localhost:1099/', 'ftp://a.example');
  if (name === 'seedImage' || name === 'imagePath') return fc.constant(standIn('own', 'picture'));
  if (name === 'message') return fc.oneof(fc.constantFrom(...wishes), fc.string({ unit: 'grapheme' }));
  if (/file|image|picture/.test(name)) return idsOf('/v1/files/');
  if (pattern !== undefined && !pattern.includes('\\P'))
    return fc.stringMatching(new RegExp(pattern.replace('[\\w.-]{0,127}', '[\\w.-]{0,20}')));
  const longest = Math.min(maxLength, 200);
  return fc.oneof(
    fc.string({ unit: 'grapheme', minLength, maxLength: longest }),
    fc.constant('é'.repeat(maxLength > 10_000 ? longest : maxLength)),
  );
}

/** Mostly what is there, sometimes what belongs to someone else or to nobody. */
export function idsOf(kind: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(standIn('own', kind)) },
    { weight: 2, arbitrary: fc.constant(standIn('other', kind)) },
    { weight: 1, arbitrary: fc.constantFrom('missing', '0', '1', 'x'.repeat(128)) },
  );
}

interface Change {
  at: number;
  how: 'replace' | 'remove' | 'add' | 'wrap';
  key: string;
  value: unknown;
}

const changes: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(1_000),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'wrap'),
  key: fc.constantFrom('__proto__', 'constructor', 'extra', '', '0', 'a/b~c', '\ud800', 'id'),
  value: nasty,
});

/** The same with up to two parts in the wrong. */
export function spoilt(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(values, fc.oneof(fc.constant([]), fc.array(changes, { minLength: 1, maxLength: 2 })))
    .map(([value, wrong]) => wrong.reduce(apply, value));
}

function apply(whole: unknown, { at, how, key, value }: Change): unknown {
  const places = placesOf(whole);
  const place = places[at % places.length] ?? [];
  return changeAt(whole, place, (old) => {
    if (how === 'remove') return undefined;
    if (how === 'wrap') return [old, old];
    if (how === 'add' && isRecord(old)) return Object.fromEntries([...Object.entries(old), [key, value]]);
    return value;
  });
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

function placesOf(value: unknown, place: string[] = []): string[][] {
  if (!isRecord(value) || place.length > 5) return [place];
  return [place, ...Object.entries(value).flatMap(([key, part]) => placesOf(part, [...place, key]))];
}

function changeAt(value: unknown, [key, ...rest]: string[], change: (old: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  if (!isRecord(value)) return value;
  const parts = Object.entries(value).map(([name, part]) => [
    name,
    name === key ? changeAt(part, rest, change) : part,
  ]);
  return Array.isArray(value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

/** An address has no place for half a character. */
export const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Cs}/gu, '\ufffd'));

/** What goes into an address as text. */
export const addressParts: fc.Arbitrary<string> = nasty.map((value) =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 3_000),
);

/** Parts of an address that are no text at all, or another path. */
export const rawAddressParts = fc.constantFrom(
  '%',
  '%zz',
  '%00',
  '%ed%a0%80',
  '%c0%ae%c0%ae%c0%af',
  '..%2f..%2fetc%2fpasswd',
  '%2e%2e/%2e%2e',
  '..',
  '.',
  '',
  '/',
  ';a=b',
  '%25%30%30',
  'a%20b',
  '*',
  'x'.repeat(5_000),
);
