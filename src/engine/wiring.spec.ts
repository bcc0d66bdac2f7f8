import type { Json, PortSpec } from '@atelier/sdk';
import { Catalogue } from './catalogue.js';
import { parsePipeline } from './pipeline.js';

const file = {
  sha256: 'a'.repeat(64),
  bytes: 10,
  mediaType: 'image/png',
  name: 'somebody-elses.png',
};

function catalogueWith(spec: PortSpec): Catalogue {
  const node = {
    type: 'test.take',
    version: 1,
    title: 'Take',
    description: '',
    inputs: { it: spec },
    outputs: { value: { type: 'json' as const } },
    needs: { device: 'cpu' as const },
    cache: true,
    fingerprint: false,
    inputSchema: {},
  };
  return new Catalogue([
    { id: 'test', title: 'Test', version: '1.0.0', apiVersion: 1, digest: 'd', nodes: [node] },
  ]);
}

function problemsOf(it: Json, spec: PortSpec, more: Record<string, Json> = {}): unknown[] {
  const parsed = parsePipeline(
    {
      id: 'taker',
      version: '1.0.0',
      title: 'Taker',
      nodes: { take: { use: 'test.take', with: { it }, ...more } },
      outputs: { value: { from: 'take.value' } },
    },
    catalogueWith(spec),
  );
  return 'problems' in parsed ? parsed.problems.map(({ code, pointer }) => [code, pointer]) : [];
}

describe('a file', () => {
  test.each(['file', 'image', 'mask', 'video', 'audio'] as const)(
    'cannot be written into a pipeline where %s is taken: whose it is, only the host can tell',
    (type) => {
      expect(problemsOf(file, { type })).toEqual([['invalid-value', '/nodes/take/with/it']]);
      expect(problemsOf({ value: file }, { type })).toEqual([['invalid-value', '/nodes/take/with/it/value']]);
    },
  );

  test('cannot be written into a list, a choice or a forEach either', () => {
    const files: PortSpec = { type: 'list', items: { type: 'file' } };
    expect(problemsOf([file], files)).toHaveLength(1);
    expect(problemsOf({ list: [file, file] }, files)).toHaveLength(2);
    expect(problemsOf({ first: [file] }, { type: 'file' })).toHaveLength(1);
    expect(problemsOf({ item: 'item' }, { type: 'file' }, { forEach: { of: [file] } })).toHaveLength(1);
  });

  test('is no more than JSON where JSON is taken', () => {
    expect(problemsOf({ value: file }, { type: 'json' })).toEqual([]);
  });
});
