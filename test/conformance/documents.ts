import { parsePipeline } from '../../src/engine/pipeline.js';
import type { Problem } from '../../src/engine/problem.js';
import { catalogueOf, documentOf } from './nodes.js';

export const number = (value: unknown = 1, more: object = {}) => ({
  use: 'test.number@1',
  with: { value },
  ...more,
});

export const add = (a: unknown, b: unknown = 0, more: object = {}) => ({
  use: 'test.add',
  with: { a, b },
  ...more,
});

export const from = (output: string) => ({ from: output });

/** A document with these nodes beside one called `base`, whose value it gives. */
export const withNodes = (nodes: Record<string, object>, more: object = {}) =>
  documentOf({ nodes: { base: number(), ...nodes }, outputs: { value: from('base.value') }, ...more });

const installed = catalogueOf();

export function problemsOf(document: unknown, catalogue = installed): Problem[] {
  const parsed = parsePipeline(document, catalogue);
  return 'problems' in parsed ? parsed.problems : [];
}

/** Each problem as its code and its place. */
export const brief = (problems: readonly Problem[]): string[] =>
  problems.map(({ code, pointer }) => `${code} ${pointer}`);
