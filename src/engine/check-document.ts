import { isRequired, type PipelineNode, type PortSpec } from '@atelier/sdk';
import type { Catalogue } from './catalogue.js';
import type { ReadDocument } from './document.js';
import { maxNesting, maxNodes } from './limits.js';
import { recursionProblem, type UsedPipeline } from './nesting.js';
import { topologicalOrder } from './order.js';
import { pointerTo, quoted, type Problem } from './problem.js';
import { seedInputsOf } from './seeds.js';
import { partsOf, readSource, type Source } from './source.js';
import type { Pipeline, Step } from './step.js';
import type { Suggest } from './suggest.js';
import { Wiring, type Element } from './wiring.js';

export interface Checking {
  catalogue: Catalogue;
  problems: Problem[];
  suggest: Suggest;
  /** What a used pipeline was found to be; null when it is part of a recursion that is reported already. */
  parsed(use: UsedPipeline): { pipeline: Pipeline } | { problems: Problem[] } | null;
}

/** A node of the document as far as it can be read. */
interface ReadNode {
  name: string;
  node: PipelineNode;
  /** null when `use` does not say what it is */
  use: Step['use'] | null;
  inputs: ReadonlyMap<string, PortSpec>;
  outputs: ReadonlyMap<string, PortSpec>;
  with: Map<string, Source | null>;
  when: Source | null;
  of: Source | null;
}

/** Resolves and checks everything that a document says by name. Null, and problems, when there is any error. */
export function checkDocument(read: ReadDocument, checking: Checking): Pipeline | null {
  const { problems, suggest } = checking;
  const drafts = new Map<string, ReadNode>();
  for (const [name, node] of read.nodes) drafts.set(name, readNode(name, node, read.id, checking));
  const inputs = new Map<string, PortSpec | null>(read.inputs);
  for (const name of read.unreadable.inputs) inputs.set(name, null);
  const specs = new Map<string, ReadNode['outputs'] | null>();
  for (const [name, draft] of drafts) specs.set(name, draft.use && draft.outputs);
  for (const name of read.unreadable.nodes) specs.set(name, null);
  const wiring = new Wiring({ inputs, outputs: specs }, problems, suggest);

  problems.push(...strayDefaults(inputs));
  for (const draft of drafts.values()) checkNode(draft, wiring, checking);
  const order = orderOf(drafts, problems);
  const outputs = readOutputs(read, wiring, problems);
  const size = checkSize(drafts, problems);
  if (problems.length > 0 || !read.document) return null;
  const steps = new Map(order.map((name) => [name, stepOf(drafts.get(name)!, wiring)]));
  const seeds = seedInputsOf(steps.values());
  return { document: read.document, inputs: read.inputs, steps, outputs, seeds, ...size };
}

function readNode(name: string, node: PipelineNode, ownId: string, checking: Checking): ReadNode {
  const { problems } = checking;
  const pointer = pointerTo(['nodes', name]);
  if (node.use === ownId) problems.push(recursionProblem(`${pointer}/use`, [ownId, ownId]));
  const use = node.use === ownId ? null : resolveUse(node.use, `${pointer}/use`, checking);
  const sources = Object.entries(node.with).map(([port, json]): [string, Source | null] => [
    port,
    readSource(json, `${pointer}${pointerTo(['with', port])}`, problems),
  ]);
  return {
    name,
    node,
    use,
    inputs: use ? inputsOf(use) : new Map(),
    outputs: use ? outputsOf(use, node.forEach !== undefined) : new Map(),
    with: new Map(sources),
    when: node.when === undefined ? null : readSource(node.when, `${pointer}/when`, problems),
    of: node.forEach ? readSource(node.forEach.of, `${pointer}/forEach/of`, problems) : null,
  };
}

function resolveUse(name: string, pointer: string, checking: Checking): Step['use'] | null {
  const { catalogue, suggest, problems } = checking;
  const use = catalogue.resolveUse(name);
  if (use.kind === 'node') return use;
  if (use.kind === 'unknown') {
    const message = `Nothing that is installed is called ${quoted(name)}${suggest(name, catalogue.names())}`;
    problems.push({ code: 'unknown-use', pointer, message });
    return null;
  }
  const parsed = checking.parsed(use);
  if (parsed === null) return null;
  if ('pipeline' in parsed) return { kind: 'pipeline', pipeline: parsed.pipeline };
  const message = `The pipeline ${quoted(name)} has errors of its own: ${parsed.problems[0]!.message}`;
  problems.push({ code: 'broken-use', pointer, message });
  return null;
}

/** Inputs that take their default from a model input that is not there. */
function strayDefaults(inputs: ReadonlyMap<string, PortSpec | null>): Problem[] {
  return [...inputs].flatMap(([name, spec]): Problem[] => {
    if (spec === null || !('defaultOf' in spec) || spec.defaultOf === undefined) return [];
    const source = inputs.get(spec.defaultOf);
    if (source === null || source?.type === 'model') return [];
    const message = `${quoted(spec.defaultOf)} is no input of the type model, so it has no defaults to give.`;
    return [{ code: 'unknown-input', pointer: pointerTo(['inputs', name, 'defaultOf']), message }];
  });
}

function inputsOf(use: Step['use']): ReadonlyMap<string, PortSpec> {
  return use.kind === 'node' ? use.node.inputs : use.pipeline.inputs;
}

function outputsOf(use: Step['use'], repeated: boolean): ReadonlyMap<string, PortSpec> {
  const each =
    use.kind === 'node'
      ? Array.from(use.node.outputs)
      : Array.from(use.pipeline.outputs, ([name, { spec }]): [string, PortSpec] => [name, spec]);
  if (!repeated) return new Map(each);
  return new Map(each.map(([name, items]) => [name, { type: 'list', items }]));
}

function checkNode(draft: ReadNode, wiring: Wiring, { problems, suggest }: Checking): void {
  const { name, node, use, inputs } = draft;
  const element = elementOf(draft, wiring);
  for (const [port, source] of draft.with) {
    const spec = inputs.get(port);
    if (source && spec) wiring.checkPort(source, spec, element, `the input ${quoted(port)}`);
    else if (source) wiring.specOf(source, element);
    if (spec || !use) continue;
    const message = `${quoted(node.use)} has no input ${quoted(port)}${suggest(port, inputs.keys())}`;
    problems.push({ code: 'undeclared-input', pointer: pointerTo(['nodes', name, 'with', port]), message });
  }
  for (const [port, spec] of inputs) {
    if (draft.with.has(port) || !isRequired(spec)) continue;
    const message = `${quoted(name)} needs a value for its input ${quoted(port)}.`;
    problems.push({ code: 'missing-input', pointer: pointerTo(['nodes', name, 'with', port]), message });
  }
  if (draft.when) wiring.checkCondition(draft.when, element);
}

function elementOf({ node, of }: ReadNode, wiring: Wiring): Element | null {
  if (!node.forEach) return null;
  return of ? wiring.elementOf(of, node.forEach.as) : { name: node.forEach.as, each: null };
}

function orderOf(drafts: ReadonlyMap<string, ReadNode>, problems: Problem[]): string[] {
  const { order, cycles } = topologicalOrder(drafts.keys(), (name) => parentsOf(drafts.get(name)!, drafts));
  for (const path of cycles) {
    const shown = path.length > 20 ? [...path.slice(0, 19), '…', path[0]!] : path;
    const message =
      path.length === 2
        ? 'The node needs its own output.'
        : `These nodes wait for one another: ${shown.join(' → ')}.`;
    problems.push({ code: 'cycle', pointer: pointerTo(['nodes', path[0]!]), message, path });
  }
  return order;
}

function* parentsOf(draft: ReadNode, drafts: ReadonlyMap<string, ReadNode>): Iterable<string> {
  for (const source of [...draft.with.values(), draft.when, draft.of]) {
    if (!source) continue;
    for (const part of partsOf(source)) if (part.kind === 'from' && drafts.has(part.node)) yield part.node;
  }
}

function readOutputs(read: ReadDocument, wiring: Wiring, problems: Problem[]): Pipeline['outputs'] {
  const outputs = new Map<string, { source: Source; spec: PortSpec }>();
  for (const [name, json] of read.outputs) {
    const source = readSource(json, pointerTo(['outputs', name]), problems);
    const spec = source && wiring.specOf(source, null);
    if (source && spec) outputs.set(name, { source, spec });
  }
  return outputs;
}

function checkSize(
  drafts: ReadonlyMap<string, ReadNode>,
  problems: Problem[],
): { size: number; nesting: number } {
  let size = 0;
  let nesting = 1;
  for (const { name, use } of drafts.values()) {
    if (use?.kind !== 'pipeline') {
      size += 1;
      continue;
    }
    size += use.pipeline.size;
    nesting = Math.max(nesting, use.pipeline.nesting + 1);
    if (use.pipeline.nesting < maxNesting) continue;
    const message = `Pipelines may be used within one another ${maxNesting} levels deep; this makes one more.`;
    problems.push({ code: 'too-deep', pointer: pointerTo(['nodes', name, 'use']), message });
  }
  if (size > maxNodes) {
    const message = `A pipeline has at most ${maxNodes} nodes, counting those of the pipelines it uses; this has ${size}.`;
    problems.push({ code: 'too-many-nodes', pointer: '/nodes', message });
  }
  return { size, nesting };
}

// Only for a document without problems.
function stepOf(draft: ReadNode, wiring: Wiring): Step {
  const { name, node, inputs } = draft;
  const element = elementOf(draft, wiring);
  const sources = Array.from(draft.with, ([port, source]): [string, Source] => [
    port,
    wiring.fit(source!, inputs.get(port)!, element),
  ]);
  return {
    name,
    title: node.title,
    use: draft.use!,
    inputs,
    outputs: draft.outputs,
    with: new Map(sources),
    when: draft.when && wiring.fitCondition(draft.when, element),
    forEach: draft.of && { of: draft.of, as: node.forEach!.as },
    retry: node.retry ?? null,
    timeoutMs: node.timeoutMs ?? null,
    onError: node.onError,
  };
}
