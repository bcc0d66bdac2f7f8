import { deepStrictEqual, equal, fail } from 'node:assert/strict';
import { checkPlugin } from '../check-plugin.js';
import { decodeValue, encodeValue } from '../codec.js';
import { describePlugin, specsOf } from '../describe.js';
import { Failure } from '../failure.js';
import { checkValue } from '../live-values.js';
import { jsonProblem } from '../json.js';
import type { NodeExample } from '../node.js';
import type { AnyNode, PluginDefinition } from '../plugin.js';
import type { TestContextOptions } from './context.js';
import { observe, type Observation } from './observe.js';
import { msToStop } from './stopping.js';

/** The two functions by which test runners take tests. */
export interface TestRunner {
  describe(title: string, register: () => void): unknown;
  it(title: string, run: () => Promise<void>, timeoutMs?: number): unknown;
}

export interface PluginTestOptions extends Partial<TestRunner>, Pick<TestContextOptions, 'models' | 'make'> {
  /** How long a node may go on after it was aborted. Default: 1000. */
  stopsWithinMs?: number;
  /** How long one test may take. Default: 60 000. */
  timeoutMs?: number;
}

/**
 * Registers the tests that every plugin passes: its declaration holds, each node has examples, and each example runs, fits its
 * ports, repeats, touches nothing but its outputs and stops when it is told to.
 *
 * `describe` and `it` are those of the options, else the global ones, else those of `node:test`.
 */
export function testPlugin(plugin: PluginDefinition, options: PluginTestOptions = {}): void {
  const { describe, it } = runnerOf(options);
  const timeoutMs = options.timeoutMs ?? 60_000;
  const test = (title: string, run: () => Promise<void> | void): void => {
    it(title, async () => run(), timeoutMs);
  };
  describe(`plugin ${plugin.id}`, () => {
    test('is declared as a host accepts it', () => checkPlugin(plugin));
    if (!isAccepted(plugin)) return;
    test('is described by plain JSON', () => testDescription(plugin));
    for (const node of plugin.nodes) {
      describe(`${node.type}@${node.version}`, () => registerNode(node, options, test));
    }
  });
}

type Register = (title: string, run: () => Promise<void> | void) => void;

function runnerOf({ describe, it }: Partial<TestRunner>): TestRunner {
  if (describe && it) return { describe, it };
  const globals = globalThis as Partial<TestRunner>;
  if (globals.describe && globals.it) return globals as TestRunner;
  // Not imported: where another runner is at work, the module would start a second one.
  return process.getBuiltinModule('node:test') as unknown as TestRunner;
}

function isAccepted(plugin: PluginDefinition): boolean {
  try {
    checkPlugin(plugin);
    return true;
  } catch (error) {
    if (Failure.is(error)) return false;
    throw error;
  }
}

function testDescription(plugin: PluginDefinition): void {
  const description = describePlugin(plugin);
  const problem = jsonProblem(description);
  if (problem) fail(`The description at ${problem.pointer} ${problem.message}.`);
  equal(JSON.stringify(structuredClone(description)), JSON.stringify(description));
}

function registerNode(node: AnyNode, options: PluginTestOptions, test: Register): void {
  const examples = node.examples ?? [];
  test('has an example', () => {
    if (examples.length === 0) fail('The node has no example; add one that shows it at work.');
  });
  for (const example of examples) registerExample(node, example, options, test);
}

function registerExample(
  node: AnyNode,
  example: NodeExample,
  options: PluginTestOptions,
  test: Register,
): void {
  let observed: Promise<Observation> | undefined;
  const seen = (): Promise<Observation> => (observed ??= observe(node, example, options));
  const check = (title: string, look: (observation: Observation) => Promise<void> | void): void =>
    test(`${example.title}: ${title}`, async () => look(await seen()));

  check('gives outputs that fit their ports', ({ lostFiles }) => {
    refuse(lostFiles, 'These outputs name a file that is not stored; make it with ctx.assets.write');
  });
  check('gives values that survive being stored', ({ outputs }) => testStoring(node, outputs));
  check('reports progress from 0 to 1 that never runs backwards', ({ progress }) => testProgress(progress));
  check('leaves its inputs as they are', ({ changedInputs }) => {
    refuse(changedInputs, 'The node changes these inputs; work on a copy');
  });
  check('writes files in tempDir only', ({ strayFiles, foreignAssets }) => {
    refuse(strayFiles, 'The node writes into the working directory; write into ctx.tempDir');
    refuse(foreignAssets, 'The node changes stored files; copy them to ctx.tempDir first');
  });
  if (node.cache ?? true) {
    check('gives the same for the same inputs', ({ changedOutputs }) => {
      refuse(
        changedOutputs,
        'These outputs differ in a second run; draw from ctx.random or declare cache: false',
      );
    });
  }
  check('stops soon after it is aborted', async ({ ms }) => testStopping(node, example, options, ms));
}

function refuse(found: readonly string[], why: string): void {
  if (found.length > 0) fail(`${why}: ${found.join(', ')}.`);
}

function testStoring(node: AnyNode, outputs: Readonly<Record<string, unknown>>): void {
  for (const [name, spec] of Object.entries(specsOf(node.outputs))) {
    const bytes = encodeValue(outputs[name]);
    const stored = decodeValue(bytes);
    const problem = checkValue(spec, stored);
    if (problem) fail(`After being stored the output “${name}” ${problem}.`);
    deepStrictEqual(encodeValue(stored), bytes);
  }
}

function testProgress(fractions: readonly number[]): void {
  let last = 0;
  for (const fraction of fractions) {
    if (!(fraction >= last && fraction <= 1)) fail(`Progress goes from ${last} to ${fraction}.`);
    last = fraction;
  }
}

async function testStopping(
  node: AnyNode,
  example: NodeExample,
  options: PluginTestOptions,
  runMs: number,
): Promise<void> {
  const patience = options.stopsWithinMs ?? 1000;
  for (const abortAfterMs of [0, runMs / 2]) {
    const ms = await msToStop(node, example, options, abortAfterMs, patience);
    if (ms > patience)
      fail(`The node goes on for over ${patience} ms after it was aborted; look at ctx.signal.`);
  }
}
