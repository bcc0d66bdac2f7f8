import {
  checkValue,
  Failure,
  valueFromJson,
  valueToJson,
  type AnyNode,
  type FailureRecord,
  type Json,
  type PortSpec,
} from '@atelier/sdk';
import { Catalogue } from '../../src/engine/catalogue.js';
import { flatten } from '../../src/engine/flatten.js';
import type { Graph, NodeFact, ValueRef } from '../../src/engine/graph.js';
import { checkInputs, checkTargets, drawInputSeeds } from '../../src/engine/inputs.js';
import { parsePipeline } from '../../src/engine/pipeline.js';
import { plan, type Plan } from '../../src/engine/plan.js';
import { invalidInputs, invalidPipeline } from '../../src/engine/problem.js';
import type { Segment, SegmentBinding, SegmentNode } from '../../src/engine/segment.js';
import { pluginOf } from './nodes.js';

type Values = Record<string, unknown>;

/** How a run went. */
export interface Outcome {
  state: 'completed' | 'failed';
  /** null for an output that is absent; {} when the job failed */
  outputs: Record<string, unknown>;
  failure: FailureRecord | null;
  /** ids of the nodes that ran, in the order in which they were started, each as often as it was tried */
  started: string[];
  warnings: string[];
  skipped: string[];
  segments: Segment[];
  graph: Graph;
}

export interface RunOptions {
  targets?: string[];
  width?: { host: number; accelerator: number };
  /** Forgets everything before each plan but what a server keeps: the graph of the submit and the facts, written as JSON. */
  restarts?: boolean;
  /** Looks at each plan as it is made. */
  onPlan?(plan: Plan): void;
  /** Called before a node runs. `crash`: its segment is lost, as with its worker. */
  fault?(nodeId: string, type: string, inputs: Values): 'crash' | 'fail' | null;
}

/**
 * Runs pipelines in memory with the engine's own parts: what a server and its workers do, without either. It keeps of a node only
 * what leaves its segment, as they do.
 */
export class MemoryEngine {
  readonly catalogue: Catalogue;
  private readonly definitions = new Map<string, AnyNode>();
  private readonly blobs = new Map<string, unknown>();
  private seed = 0n;

  constructor(
    definitions: readonly AnyNode[],
    documents: Iterable<unknown> = [],
    digest?: string,
    readonly cache = new Map<string, Record<string, ValueRef>>(),
  ) {
    this.catalogue = new Catalogue([pluginOf(definitions, digest)], documents);
    for (const node of definitions) this.definitions.set(`${node.type}@${node.version}`, node);
  }

  /** Throws what a submit throws: `invalid-pipeline` and `invalid-input`. */
  async run(
    document: unknown,
    inputs: Record<string, Json> = {},
    options: RunOptions = {},
  ): Promise<Outcome> {
    const parsed = parsePipeline(document, this.catalogue);
    if ('problems' in parsed) throw invalidPipeline(parsed.problems);
    const { pipeline } = parsed;
    const asked = checkTargets(pipeline, options.targets);
    if ('problems' in asked) throw invalidInputs(asked.problems);
    const checked = checkInputs(pipeline, inputs);
    if ('problems' in checked) throw invalidInputs(checked.problems);
    const draw = (): bigint => (this.seed += 1n);
    const { graph } = flatten(pipeline, drawInputSeeds(pipeline, checked.values, draw), draw);
    return this.runGraph(graph, { ...options, targets: asked.targets });
  }

  runGraph(graph: Graph, options: RunOptions = {}): Promise<Outcome> {
    return new Run(this, graph, options).finish();
  }

  definitionOf({ type, version }: Pick<SegmentNode, 'type' | 'version'>): AnyNode {
    return this.definitions.get(`${type}@${version}`)!;
  }

  store(spec: PortSpec, value: unknown): ValueRef {
    const json = valueToJson(spec, value);
    if (json !== undefined) return { kind: 'inline', value: json };
    if (spec.type === 'list') {
      return { kind: 'list', items: (value as unknown[]).map((item) => this.store(spec.items, item)) };
    }
    const sha256 = String(this.blobs.size);
    this.blobs.set(sha256, value);
    return { kind: 'stored', sha256, bytes: 1, mediaType: 'application/x-atelier-value' };
  }

  load(spec: PortSpec, ref: ValueRef): unknown {
    if (ref.kind === 'inline') return valueFromJson(spec, ref.value);
    if (ref.kind === 'stored') return this.blobs.get(ref.sha256);
    return ref.items.map((item) => this.load(spec.type === 'list' ? spec.items : spec, item));
  }
}

const models = new Map([
  ['sd', { sha256: 'a'.repeat(64) }],
  ['xl', { sha256: 'b'.repeat(64) }],
]);

/** A value as a node receives it where it differs from its JSON. */
function live(spec: PortSpec, value: unknown): unknown {
  if (spec.type === 'seed' && value !== undefined) return BigInt(value as string);
  return spec.type === 'model' && typeof value === 'string' ? { id: value, ...models.get(value) } : value;
}

const crash = new Error('The worker is gone.');

class Run {
  private facts = new Map<string, NodeFact>();
  private readonly submitted: Graph;
  private readonly fingerprints = new Map<string, string>();
  private readonly flights = new Map<Segment, Promise<void>>();
  private readonly started: string[] = [];
  private readonly segments: Segment[] = [];
  private attempt = 0;

  constructor(
    private readonly engine: MemoryEngine,
    private graph: Graph,
    private readonly options: RunOptions,
  ) {
    this.submitted = graph;
  }

  async finish(): Promise<Outcome> {
    for (;;) {
      const next = this.plan();
      this.options.onPlan?.(next);
      this.graph = next.graph;
      if (this.options.restarts) this.restart();
      if (next.state !== 'running') return this.outcome(next);
      if (this.takeHits(next.keys)) continue;
      if (next.fingerprints.length > 0) {
        for (const request of next.fingerprints) await this.ask(request);
        continue;
      }
      for (const segment of next.segments) this.start(segment);
      await Promise.race(this.flights.values());
    }
  }

  private restart(): void {
    this.graph = JSON.parse(JSON.stringify(this.submitted)) as Graph;
    this.facts = new Map(JSON.parse(JSON.stringify([...this.facts])) as [string, NodeFact][]);
  }

  private plan(): Plan {
    const { targets, width = { host: 4, accelerator: 1 } } = this.options;
    const busy = [...this.flights.keys()].flatMap(({ nodes }) => nodes.map(({ id }) => id));
    return plan({
      graph: this.graph,
      facts: this.facts,
      targets,
      catalogue: this.engine.catalogue,
      fingerprints: this.fingerprints,
      busy: new Set(busy),
      quarantine: new Set(),
      width,
      models,
      acceleratorKind: 'cuda',
      jobId: 'job',
      attempt: this.attempt,
      timeoutMs: 600_000,
    });
  }

  private takeHits(keys: ReadonlyMap<string, string>): boolean {
    let hits = 0;
    for (const [nodeId, key] of keys) {
      const outputs = this.engine.cache.get(key);
      if (!outputs || this.facts.has(nodeId)) continue;
      this.facts.set(nodeId, { status: 'done', outputs, cached: true });
      hits += 1;
    }
    return hits > 0;
  }

  private async ask(request: Extract<Plan, { state: 'running' }>['fingerprints'][number]): Promise<void> {
    const definition = this.engine.definitionOf(request);
    const inputs = Object.entries(request.inputs).map(([name, ref]) => [
      name,
      this.engine.load(definition.inputs[name]!.spec, ref),
    ]);
    this.fingerprints.set(request.nodeId, await definition.fingerprint!(Object.fromEntries(inputs) as never));
  }

  private start(segment: Segment): void {
    this.segments.push(segment);
    this.flights.set(
      segment,
      this.runSegment(segment).finally(() => this.flights.delete(segment)),
    );
  }

  private async runSegment(segment: Segment): Promise<void> {
    const local = new Map<string, Values>();
    for (const node of segment.nodes) {
      try {
        const outputs = await this.runNode(node, local);
        if (outputs) this.record(node, outputs);
        local.set(node.id, outputs ?? {});
      } catch (error) {
        if (error === crash) {
          this.attempt += 1;
          return;
        }
        const failure = Failure.is(error) ? error : new Failure('node-failed', (error as Error).message);
        this.facts.set(node.id, { status: 'failed', failure: failure.toRecord() });
        if (node.onError === 'fail') return;
        local.set(node.id, {});
      }
    }
  }

  /** Null when an input that the node needs is absent. */
  private async runNode(node: SegmentNode, local: Map<string, Values>): Promise<Values | null> {
    const definition = this.engine.definitionOf(node);
    const inputs: Values = {};
    for (const [name, { spec }] of Object.entries(definition.inputs)) {
      const binding = node.inputs[name];
      const value =
        (binding && this.resolve(binding, spec, local)) ?? ('default' in spec ? spec.default : undefined);
      if (value === undefined && spec.optional !== true) return null;
      inputs[name] = live(spec, value);
      const problem = checkValue(spec, inputs[name]);
      if (problem !== undefined) throw new Failure('invalid-input', `The input ${name} ${problem}.`);
    }
    this.started.push(node.id);
    const fault = this.options.fault?.(node.id, node.type, inputs);
    if (fault) throw fault === 'crash' ? crash : new Error(`${node.id} was made to fail.`);
    return (await definition.run(inputs as never, {} as never)) as Values;
  }

  private resolve(binding: SegmentBinding, spec: PortSpec, local: Map<string, Values>): unknown {
    switch (binding.kind) {
      case 'ref':
        return this.engine.load(spec, binding.ref);
      case 'local':
        return local.get(binding.node)![binding.output];
      case 'list': {
        const items = spec.type === 'list' ? spec.items : spec;
        return binding.items.map((item) => this.resolve(item, items, local));
      }
    }
  }

  private record(node: SegmentNode, values: Values): void {
    if (node.exports.length === 0) return;
    const specs = this.engine.definitionOf(node).outputs;
    const outputs: Record<string, ValueRef> = {};
    for (const name of node.exports) {
      if (values[name] !== undefined) outputs[name] = this.engine.store(specs[name]!.spec, values[name]);
    }
    this.facts.set(node.id, { status: 'done', outputs, cached: false });
    if (node.cacheKey !== null) this.engine.cache.set(node.cacheKey, outputs);
  }

  private outcome(plan: Exclude<Plan, { state: 'running' }>): Outcome {
    const outputs: Values = {};
    if (plan.state === 'completed') {
      for (const [name, ref] of Object.entries(plan.outputs)) {
        outputs[name] = ref && this.engine.load(plan.graph.outputs[name]!.spec, ref);
      }
    }
    return {
      state: plan.state,
      outputs,
      failure: plan.state === 'failed' ? plan.failure : null,
      started: this.started,
      warnings: plan.warnings.map(({ nodeId }) => nodeId),
      skipped: plan.skipped,
      segments: this.segments,
      graph: plan.graph,
    };
  }
}
