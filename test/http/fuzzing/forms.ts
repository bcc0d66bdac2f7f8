import fc from 'fast-check';
import { idsOf } from './values.js';

const part = (head: string, content: string): string => `--frontier\r\n${head}\r\n\r\n${content}\r\n`;
const file = (name: string, content: string, type = 'image/png'): string =>
  part(`Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: ${type}`, content);
const field = (name: string, content: string): string =>
  part(`Content-Disposition: form-data; name="${name}"`, content);
const square = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';

const names = fc.constantFrom(
  'a.svg',
  '',
  '../../etc/passwd',
  'C:\\a\\b.png',
  '.',
  'a\u0000b.png',
  '‮gnp.exe',
  '👩‍👩‍👧‍👦.svg',
  'x'.repeat(3_000),
  '%00',
  '__proto__',
  'con.svg',
);
const contents = fc.oneof(
  fc.constant(square),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constant(''),
);
const kinds = fc.constantFrom('image/svg+xml', 'image/png', '', 'text/html', '/', 'x'.repeat(500));

const parts = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(names, contents, kinds).map((given) => file(...given)) },
  { weight: 2, arbitrary: idsOf('/v1/projects/').map((id) => field('project_id', id)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('__proto__', 'constructor', '', 'file', 'file[]', 'x'.repeat(2_000)), contents)
      .map((given) => field(...given)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      part('Content-Disposition: form-data', 'x'),
      part('Content-Disposition: attachment; filename="a"', 'x'),
      part('X: y', 'x'),
      part(`Content-Disposition: form-data; name="file"; filename*=UTF-8''%ff%fe`, square),
      part(`${'X-A: b\r\n'.repeat(3_000)}X: y`, 'x'),
      '--frontier\r\n\r\n',
      '--other\r\n',
      'nonsense',
    ),
  },
);

/** Forms with a file, without, with several; whole and broken off. */
export const forms: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(parts, { maxLength: 3 }),
    fc.constantFrom('--frontier--\r\n', '--frontier--\r\n', '--frontier', ''),
  )
  .map(([all, end]) => all.join('') + end);
