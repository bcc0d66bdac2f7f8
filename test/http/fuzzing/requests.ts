import fc from 'fast-check';
import type { Operation, Parameter } from './document.js';
import { forms } from './forms.js';
import { addressParts, encoded, idsOf, rawAddressParts, spoilt, valuesOf } from './values.js';

export type Caller = 'own' | 'other' | 'sandbox' | 'reader' | 'nobody' | 'stranger';
export const listeners = ['main', 'flux-krea', 'visualizr'] as const;

/** A request that reads the same in every run: ids are stand-ins. */
export interface FuzzRequest {
  listener: (typeof listeners)[number];
  caller: Caller;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** left out: none */
  body?: string;
}

const callers = fc.oneof(
  { weight: 14, arbitrary: fc.constant<Caller>('own') },
  { weight: 6, arbitrary: fc.constantFrom<Caller>('other', 'sandbox', 'reader', 'nobody', 'stranger') },
);

const types = fc.constantFrom(
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'application/json;;;',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'APPLICATION/JSON',
  '',
  '/',
  'x'.repeat(1_000),
);

const oddHeaders = fc.dictionary(
  fc.constantFrom(
    'accept',
    'accept-encoding',
    'range',
    'if-none-match',
    'if-modified-since',
    'idempotency-key',
    'last-event-id',
    'x-request-id',
    'x-forwarded-for',
    'x-forwarded-host',
    'expect-nothing',
    'prefer',
    'cookie',
    'referer',
    'content-encoding',
    'x-http-method-override',
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '*/*;q=x',
      'bytes=0-',
      'bytes=-1',
      'bytes=9-1,1-2',
      '"a", W/"b", *',
      '__proto__',
      '../..',
      'a'.repeat(3_000),
      '\u00ff\u00fe',
      '-1',
      '1e9',
      'DELETE',
      'gzip',
    ),
    fc.string({ maxLength: 300 }),
  ),
  { maxKeys: 2 },
);

/** Requests to one endpoint, most of them nearly right. */
export function requestsTo(operation: Operation): fc.Arbitrary<FuzzRequest> {
  const { method } = operation;
  return fc.record(
    {
      listener: fc.constantFrom(...listeners),
      caller: callers,
      method: fc.oneof({ weight: 30, arbitrary: fc.constant(method) }, { weight: 1, arbitrary: oddMethods }),
      path: pathsOf(operation),
      headers: fc.tuple(headersOf(operation), fc.oneof(fc.constant({}), oddHeaders)).map(merged),
      body: bodiesOf(operation),
    },
    { noNullPrototype: true },
  );
}

const oddMethods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE');
const merged = ([a, b]: [Record<string, string>, Record<string, string>]) => ({ ...a, ...b });

function pathsOf({ path, parameters }: Operation): fc.Arbitrary<string> {
  const inPath = parameters.filter((each) => each.in === 'path');
  const inQuery = parameters.filter((each) => each.in === 'query');
  return fc
    .tuple(fc.tuple(...inPath.map((each) => pathPart(each, path))), queries(inQuery))
    .map(([parts, query]) => {
      const filled = inPath.reduce(
        (text, { name }, at) => text.replace(`{${name}}`, () => parts[at] ?? ''),
        path,
      );
      return query === '' ? filled : `${filled}?${query}`;
    });
}

/** What is listed before the parameter is the kind of thing that it names. */
function pathPart({ name }: Parameter, path: string): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: idsOf(path.slice(0, path.indexOf(`{${name}}`))) },
    { weight: 2, arbitrary: addressParts.map(encoded) },
    { weight: 1, arbitrary: rawAddressParts },
  );
}

function queries(parameters: Parameter[]): fc.Arbitrary<string> {
  const names = [...parameters.map(({ name }) => name), 'limit', '__proto__', 'a[b]', 'key'];
  const right = parameters.map(({ name, schema }) =>
    fc.option(valuesOf(schema, name).map((value) => `${name}=${encoded(String(value))}`)),
  );
  const wrong = fc
    .tuple(fc.constantFrom(...names), fc.oneof(addressParts.map(encoded), rawAddressParts))
    .map(([name, value]) => `${name}=${value.replaceAll('/', '')}`);
  return fc
    .tuple(fc.tuple(...right), fc.oneof(fc.constant([]), fc.array(wrong, { maxLength: 3 })))
    .map(([some, others]) => [...some.filter((each) => each !== null), ...others].join('&'));
}

function headersOf({ bodyType, parameters }: Operation): fc.Arbitrary<Record<string, string>> {
  const keyed = parameters.some(({ name }) => name === 'Idempotency-Key');
  const standard: Record<string, string> = bodyType === undefined ? {} : { 'content-type': typeOf(bodyType) };
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant<Record<string, string>>(standard) },
    { weight: 1, arbitrary: types.map((type) => ({ 'content-type': type })) },
    ...(keyed ? [{ weight: 2, arbitrary: fc.constant({ ...standard, 'idempotency-key': 'the-same' }) }] : []),
  );
}

const typeOf = (bodyType: string): string =>
  bodyType === 'multipart/form-data' ? 'multipart/form-data; boundary=frontier' : bodyType;

const pipeline = {
  id: 'fuzzed',
  version: '1.0.0',
  title: 'Fuzzed',
  inputs: { photo: { type: 'file' }, side: { type: 'integer', min: 1, max: 64, default: 8 } },
  nodes: {
    open: { use: 'image.load', with: { file: { input: 'photo' } } },
    small: {
      use: 'image.resize',
      with: { image: { from: 'open.image' }, width: { input: 'side' }, height: 8 },
    },
  },
  outputs: { image: { from: 'small.image' } },
};

const toolInputs = { file_id: '{own:/v1/files/}', width: 8, height: 8, fit: 'cover' };

const broken = fc.constantFrom(
  '',
  '{',
  '{"a":',
  '[1,]',
  '{"a":1e999}',
  '{"a":1,"a":2}',
  '\ufeff{}',
  '{}{}',
  'null',
  'NaN',
  '"text"',
  '-',
  '{"\\ud800":1}',
  `{"a":${'9'.repeat(400)}}`,
  '['.repeat(20_000),
  '\u0000',
);

function bodiesOf({ bodyType, body, path }: Operation): fc.Arbitrary<string | undefined> {
  if (bodyType === undefined)
    return fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: broken });
  if (bodyType === 'multipart/form-data') return forms;
  const right = path.startsWith('/v1/pipelines') ? fc.constant<unknown>(pipeline) : valuesOf(body ?? {});
  const filled = /\/(execute|jobs)$/.test(path) ? fc.oneof(right, withInputs(right)) : right;
  const json = spoilt(filled).map((value) => JSON.stringify(value) as string | undefined);
  return fc.oneof({ weight: 12, arbitrary: json }, { weight: 1, arbitrary: broken });
}

const withInputs = (bodies: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  bodies.map((body) => ({ ...(body as object), inputs: toolInputs, outputs: undefined }));
