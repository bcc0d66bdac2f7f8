import type { Json, PortSpec } from '@atelier/sdk';
import { catalogueOf, documentOf } from '../../test/conformance/nodes.js';
import { checkInputs, checkTargets, drawInputSeeds } from './inputs.js';
import { parsePipeline } from './pipeline.js';
import type { Pipeline } from './step.js';

function pipelineOf(parts: object, documents: Parameters<typeof catalogueOf>[0] = []): Pipeline {
  const parsed = parsePipeline(documentOf(parts), catalogueOf(documents));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.pipeline;
}

const withInputs = (inputs: Record<string, PortSpec>) =>
  pipelineOf({ inputs, nodes: { base: { use: 'test.number' } }, outputs: { value: { from: 'base.value' } } });

const file = { sha256: 'a'.repeat(64), bytes: 3, mediaType: 'image/png', name: 'x.png' };

describe('the inputs of a job', () => {
  const pipeline = withInputs({
    prompt: { type: 'string', minLength: 1 },
    steps: { type: 'integer', min: 1, max: 50, default: 20 },
    style: { type: 'string', optional: true },
    extra: { type: 'json', optional: true },
    image: { type: 'image', optional: true },
    tint: { type: 'colour', default: '#FF8800' },
  });

  it('are taken with defaults filled in, and optional ones that are left out stay away', () => {
    expect(checkInputs(pipeline, { prompt: 'a cat', image: file })).toEqual({
      values: { prompt: 'a cat', steps: 20, image: file, tint: '#ff8800' },
    });
  });

  it('are all refused at once, each at its place', () => {
    const checked = checkInputs(pipeline, { steps: 99, styel: 'x', image: 'y' });
    expect(
      'problems' in checked && checked.problems.map(({ code, pointer }) => `${code} ${pointer}`),
    ).toEqual([
      'undeclared-input /styel',
      'missing-input /prompt',
      'invalid-value /steps',
      'invalid-value /image',
    ]);
    expect('problems' in checked && checked.problems[0]!.message).toBe(
      'There is no input “styel”; did you mean “style”?',
    );
    expect('problems' in checked && checked.problems[2]!.message).toBe(
      '“steps” must be from 1 to 50, not 99.',
    );
  });

  it('count as left out when they are null, except JSON', () => {
    expect(checkInputs(pipeline, { prompt: 'a', steps: null, style: null, extra: null })).toEqual({
      values: { prompt: 'a', steps: 20, extra: null, tint: '#ff8800' },
    });
  });

  it('may have the names of the members of every object', () => {
    const odd = withInputs(
      JSON.parse(
        '{"constructor": {"type": "number", "optional": true}, "valueOf": {"type": "number", "default": 1}}',
      ) as Record<string, PortSpec>,
    );
    expect(checkInputs(odd, {})).toEqual({ values: { valueOf: 1 } });
  });

  it('keep 64-bit seeds to the last digit', () => {
    const seeded = withInputs({ seed: { type: 'seed' } });
    expect(checkInputs(seeded, { seed: '18446744073709551615' })).toEqual({
      values: { seed: '18446744073709551615' },
    });
    expect(checkInputs(seeded, { seed: '42' })).toEqual(checkInputs(seeded, { seed: 42 }));
  });
});

describe('the outputs that a job is asked for', () => {
  const pipeline = withInputs({});

  it('are all of them unless it names some', () => {
    expect(checkTargets(pipeline)).toEqual({ targets: ['value'] });
    expect(checkTargets(pipeline, ['value', 'value'])).toEqual({ targets: ['value'] });
  });

  it('must exist, and there must be one', () => {
    expect(checkTargets(pipeline, ['valu'])).toEqual({
      problems: [
        {
          code: 'unknown-output',
          pointer: '/0',
          message: 'There is no output “valu”; did you mean “value”?',
        },
      ],
    });
    expect(checkTargets(pipeline, [])).toMatchObject({ problems: [{ code: 'no-output' }] });
  });
});

describe('seeds', () => {
  const seeded = (seed: Json = { input: 'seed' }) => ({ use: 'test.seeded', with: { seed } });
  const inputs = { seed: { type: 'seed', default: -1 }, other: { type: 'integer', default: -1 } } as const;
  const outputs = { value: { from: 'a.value' } };
  const counter = () => {
    let next = 100n;
    return () => next++;
  };

  it('are drawn for a −1 given to an input that leads to a port for seeds, and only there', () => {
    const pipeline = pipelineOf({ inputs, nodes: { a: seeded() }, outputs });
    expect(drawInputSeeds(pipeline, { seed: -1, other: -1 }, counter())).toEqual({ seed: 100, other: -1 });
    expect(drawInputSeeds(pipeline, { seed: 7, other: -1 }, counter())).toEqual({ seed: 7, other: -1 });
  });

  it('have 64 bits, and are written as decimal strings where a number would lose some', () => {
    const pipeline = pipelineOf({ inputs, nodes: { a: seeded() }, outputs });
    expect(drawInputSeeds(pipeline, { seed: -1 }, () => 2n ** 64n - 1n)).toEqual({
      seed: '18446744073709551615',
    });
  });

  it('that an integer input is to hold stay within its bounds', () => {
    const pipeline = pipelineOf({
      inputs: { other: { type: 'integer', min: -1, max: 99 } },
      nodes: { a: seeded({ input: 'other' }) },
      outputs,
    });
    expect(drawInputSeeds(pipeline, { other: -1 }, () => 1234n)).toEqual({ other: 34 });
  });

  it('are drawn for inputs that lead there through lists, choices, loops and other pipelines', () => {
    const inner = documentOf({
      id: 'inner',
      inputs: { number: { type: 'seed' }, spare: { type: 'seed', default: -1 } },
      nodes: { a: seeded({ first: [{ input: 'number' }, 3] }) },
      outputs,
    });
    const list = { type: 'list', items: { type: 'seed' } } as const;
    const pipeline = pipelineOf(
      {
        inputs: { one: { type: 'seed' }, many: list, unused: { type: 'seed' } },
        nodes: {
          a: { use: 'inner', with: { number: { input: 'one' } } },
          b: { ...seeded({ item: 'seed' }), forEach: { of: { input: 'many' }, as: 'seed' } },
        },
        outputs,
      },
      [inner],
    );
    expect([...pipeline.seeds].sort()).toEqual(['many', 'one']);
    expect(drawInputSeeds(pipeline, { one: -1, many: [-1, 5, '-1'], unused: -1 }, counter())).toEqual({
      one: 100,
      many: [101, 5, 102],
      unused: -1,
    });
  });
});
