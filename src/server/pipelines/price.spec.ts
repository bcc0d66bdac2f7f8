import { Catalogue } from '../../engine/catalogue.js';
import { parsePipeline } from '../../engine/pipeline.js';
import type { PipelineDocument } from '@atelier/sdk';
import { priceOf } from './price.js';

function tool(id: string, credits: number | null, uses: string[] = []): PipelineDocument {
  return {
    id,
    version: '1.0.0',
    title: id,
    ...(credits === null ? {} : { tool: { category: 'test', credits, description: id } }),
    inputs: {},
    nodes: Object.fromEntries(
      uses.map((use, index) => [`n${index}`, { use, with: {}, onError: 'fail' as const }]),
    ),
    outputs: { value: uses.length === 0 ? 1 : { from: 'n0.value' } },
  };
}

function price(document: PipelineDocument, others: PipelineDocument[]): number {
  const parsed = parsePipeline(document, new Catalogue([], others));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return priceOf(parsed.pipeline);
}

describe('what a run costs', () => {
  const ten = tool('ten', 10);
  const two = tool('two', 2);

  test('a tool costs what it says', () => {
    expect(price(ten, [])).toBe(10);
  });

  test('a pipeline costs at least the sum of the tools it uses, however deep they are', () => {
    const wrapper = tool('wrapper', null, ['ten', 'two', 'two']);
    expect(price(wrapper, [ten, two])).toBe(14);
    expect(price(tool('outer', 1, ['wrapper']), [ten, two, wrapper])).toBe(14);
  });

  test('it may ask for more than that', () => {
    expect(price(tool('dear', 30, ['ten']), [ten])).toBe(30);
  });

  test('a pipeline that uses no tool is free', () => {
    expect(price(tool('plain', null), [])).toBe(0);
  });
});
