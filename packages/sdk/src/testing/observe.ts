import { encodeValue } from '../codec.js';
import { specsOf } from '../describe.js';
import type { NodeExample } from '../node.js';
import type { AnyNode } from '../plugin.js';
import type { PortSpec } from '../ports.js';
import type { FileRef } from '../values.js';
import { createTestContext, type TestContext, type TestContextOptions } from './context.js';
import { inEmptyFolder } from './empty-folder.js';
import { completeInputs } from './inputs.js';
import { runWith } from './run-node.js';

/** What was seen of a node while one of its examples ran twice. */
export interface Observation {
  outputs: Record<string, unknown>;
  /** fractions in the order in which they were reported */
  progress: number[];
  /** names of inputs that the node changed */
  changedInputs: string[];
  /** names of outputs that the second run gave otherwise */
  changedOutputs: string[];
  /** stored files that were changed, and files beside them that the node put there */
  foreignAssets: string[];
  /** names of outputs whose file is not in the asset store */
  lostFiles: string[];
  /** what the node left in the working directory */
  strayFiles: string[];
  /** how long the first run took */
  ms: number;
}

/** Runs an example twice in one context and closes it. Throws what the node throws. */
export async function observe(
  node: AnyNode,
  example: NodeExample,
  options: TestContextOptions,
): Promise<Observation> {
  const ctx = createTestContext(options);
  try {
    const inputs = await completeInputs(specsOf(node.inputs), example.inputs, ctx);
    const before = encodeEach(inputs);
    const started = performance.now();
    const { result: outputs, strayFiles } = await inEmptyFolder(() => runWith(node, inputs, ctx));
    const ms = performance.now() - started;
    const progress = ctx.progressed.map(({ fraction }) => fraction);
    const after = encodeEach(inputs);
    const first = encodeEach(outputs);
    const again = await inEmptyFolder(() => runWith(node, inputs, ctx));
    const second = encodeEach(again.result);
    return {
      outputs,
      progress,
      changedInputs: differing(before, after),
      changedOutputs: differing(first, second),
      foreignAssets: await ctx.assets.foreign(),
      lostFiles: await lostFiles(specsOf(node.outputs), outputs, ctx),
      strayFiles,
      ms,
    };
  } finally {
    await ctx.close();
  }
}

function encodeEach(values: Readonly<Record<string, unknown>>): Map<string, Uint8Array> {
  return new Map(Object.entries(values).map(([name, value]) => [name, encodeValue(value)]));
}

function differing(some: ReadonlyMap<string, Uint8Array>, others: ReadonlyMap<string, Uint8Array>): string[] {
  const names = new Set([...some.keys(), ...others.keys()]);
  return [...names].filter((name) => {
    const [one, other] = [some.get(name), others.get(name)];
    return !one || !other || Buffer.compare(one, other) !== 0;
  });
}

async function lostFiles(
  specs: Readonly<Record<string, PortSpec>>,
  outputs: Readonly<Record<string, unknown>>,
  { assets }: TestContext,
): Promise<string[]> {
  const lost: string[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    const readings = filesOf(spec, outputs[name]).map((file) => assets.read(file));
    const results = await Promise.allSettled(readings);
    if (results.some(({ status }) => status === 'rejected')) lost.push(name);
  }
  return lost;
}

function filesOf(spec: PortSpec, value: unknown): FileRef[] {
  if (value === undefined) return [];
  if (spec.type === 'list') return (value as unknown[]).flatMap((item) => filesOf(spec.items, item));
  if (spec.type === 'file') return [value as FileRef];
  if (spec.type === 'video' || spec.type === 'audio') return [(value as { file: FileRef }).file];
  return [];
}
