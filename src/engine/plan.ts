import { anyModel, Failure, type FailureRecord } from '@atelier/sdk';
import { demandOf, type Demand } from './demand.js';
import { exportsOf } from './exports.js';
import type { Binding, Facts, Graph, ValueRef } from './graph.js';
import { isFatal, type NodeOutlook, type Reader } from './outlook.js';
import { partition, type Partitioning } from './partition.js';
import type { Segment } from './segment.js';
import { placeOf, segmentOf, type SegmentDefaults } from './segments.js';
import { survey, type Circumstances, type Survey } from './survey.js';

export interface PlanRequest
  extends Circumstances, Pick<Partitioning, 'quarantine' | 'width'>, SegmentDefaults {
  /** names of the outputs that are asked for; left out: all */
  targets?: readonly string[];
}

interface Findings {
  /** with every loop expanded whose list is known; to be given to the next plan */
  graph: Graph;
  /** nodes that will not run because a condition does not hold or an input is absent */
  skipped: string[];
  /** nodes that failed while the job goes on */
  warnings: { nodeId: string; failure: FailureRecord }[];
  /** nodes that are known to be needed, that may turn out to be, and that have ended */
  counts: { demanded: number; possible: number; finished: number };
}

/** What the job comes to by now. */
export type Plan = Findings &
  (
    | {
        state: 'running';
        /** can start now; nothing is lost if some of it waits */
        segments: Segment[];
        /** Cache keys of nodes that are to run: where the cache has a result, make it a fact and plan again before running them. */
        keys: ReadonlyMap<string, string>;
        /** Workers have to be asked for these before the next plan. */
        fingerprints: FingerprintRequest[];
      }
    /** Null: the output is absent. */
    | { state: 'completed'; outputs: Record<string, ValueRef | null> }
    | { state: 'failed'; failure: FailureRecord }
  );

/** The inputs are those that were constant from the start; the others are not shown to a fingerprint. */
export interface FingerprintRequest {
  nodeId: string;
  type: string;
  version: number;
  inputs: Record<string, ValueRef>;
}

/**
 * Says what of a job can run now, or how it has ended. A pure function of what is known: made again whenever something becomes
 * known (a fact, a fingerprint, a hit of the cache), it goes on from there. Costs O(nodes + edges).
 *
 * Only what the outputs need is run. A node that fails with `onError: continue` leaves its outputs absent; so does one that is
 * skipped. What needs an absent value is skipped as well, unless the port is optional or has a default. A job fails when a node
 * fails that may not, and when nothing is left of any output and a failure is among the reasons.
 */
export function plan(request: PlanRequest): Plan {
  try {
    return planned(request);
  } catch (error) {
    if (!Failure.is(error)) throw error;
    return { ...findingsOf(request.graph, request, [], 0), state: 'failed', failure: error.toRecord() };
  }
}

/** Throws the failure of a job that cannot go on for another reason than a failed node. */
function planned(request: PlanRequest): Plan {
  const { graph, facts, busy } = request;
  const targets = request.targets ?? Object.keys(graph.outputs);
  const sources = new Map(targets.map((name) => [name, graph.outputs[name]!.source]));
  const found = survey(sources.values(), request);
  const demand = demandOf([...sources.values()], found, request);
  const findings = {
    ...findingsOf(found.graph, request, demand.nodes, undecidedIn(found)),
    skipped: skippedIn(found),
  };
  const failure = fatalFact(found.graph, facts);
  if (failure) return { ...findings, state: 'failed', failure };
  const end = ended(sources, found, findings);
  if (end) return end;
  refuseMissingModels(demand, request, found.reader);
  const next = nextSteps([...sources.values()], found, demand, request);
  if (next.segments.length + next.fingerprints.length + busy.size > 0) return { ...findings, ...next };
  // Never seen; but a job that waits for nothing must not wait for ever.
  throw new Failure('internal', 'Nothing is left that the job could do.');
}

function findingsOf(
  graph: Graph,
  { facts }: PlanRequest,
  demanded: readonly NodeOutlook[],
  undecided: number,
): Findings {
  const again = new Set(demanded.map(({ node }) => node.id));
  const warnings: Findings['warnings'] = [];
  let finished = 0;
  for (const [nodeId, node] of Object.entries(graph.nodes)) {
    const fact = facts.get(nodeId);
    if (!fact || again.has(nodeId)) continue;
    finished += 1;
    if (fact.status === 'failed' && !isFatal(node, fact.failure))
      warnings.push({ nodeId, failure: fact.failure });
  }
  const possible = finished + Math.max(demanded.length, undecided);
  const counts = { demanded: finished + demanded.length, possible, finished };
  return { graph, skipped: [], warnings, counts };
}

/** Vertices that have not ended and may run; a loop counts as one until its list is known. */
function undecidedIn({ order, reader }: Survey): number {
  let count = 0;
  for (const id of order) {
    const vertex = reader.vertices.get(id);
    if (vertex?.kind === 'node' && (vertex.status === 'held' || vertex.status === 'open')) count += 1;
    if (vertex?.kind === 'loop' && !vertex.absent) count += 1;
  }
  return count;
}

function skippedIn({ order, reader }: Survey): string[] {
  return order.filter((id) => {
    const vertex = reader.vertices.get(id);
    return vertex?.kind === 'node' && vertex.status === 'skipped';
  });
}

function fatalFact(graph: Graph, facts: Facts): FailureRecord | null {
  for (const [nodeId, fact] of facts) {
    const node = graph.nodes[nodeId];
    if (fact.status === 'failed' && node && isFatal(node, fact.failure)) return fact.failure;
  }
  return null;
}

/** The end of the job, if every output is there or will never be. */
function ended(sources: ReadonlyMap<string, Binding>, { reader }: Survey, findings: Findings): Plan | null {
  const outputs: Record<string, ValueRef | null> = {};
  const reasons: (FailureRecord | null)[] = [];
  for (const [name, source] of sources) {
    const { presence, binding, blame } = reader.prospect(source);
    const ref = presence === 'open' ? undefined : reader.refOf(binding);
    if (presence !== 'absent' && !ref) return null;
    if (presence === 'absent' || blame) reasons.push(blame);
    outputs[name] = presence === 'absent' ? null : ref!;
  }
  const failure = reasons.length === sources.size ? reasons.find((reason) => reason !== null) : undefined;
  return failure ? { ...findings, state: 'failed', failure } : { ...findings, state: 'completed', outputs };
}

function nextSteps(
  sources: readonly Binding[],
  found: Survey,
  demand: Demand,
  request: PlanRequest,
): Pick<Extract<Plan, { state: 'running' }>, 'state' | 'segments' | 'keys' | 'fingerprints'> {
  const { reader } = found;
  const { busy, quarantine, width } = request;
  const place = (node: NodeOutlook) => placeOf(node, reader);
  const parts = partition(demand.nodes, { reader, placeOf: place, busy, quarantine, width });
  const exported = exportsOf(parts, sources, found);
  const keys = new Map<string, string>();
  for (const { node, key, status } of demand.nodes) {
    if (typeof key === 'string' && status === 'open' && !busy.has(node.id)) keys.set(node.id, key);
  }
  return {
    state: 'running',
    segments: parts.map((part) => segmentOf(part, reader, exported, request)),
    keys,
    fingerprints: demand.unstamped.map((outlook) => fingerprintRequest(outlook, found)),
  };
}

function fingerprintRequest({ node, inputs }: NodeOutlook, { reader }: Survey): FingerprintRequest {
  const constants: FingerprintRequest['inputs'] = {};
  for (const [name, binding] of Object.entries(inputs)) {
    const ref = isConstant(binding) ? reader.refOf(binding) : undefined;
    if (ref) constants[name] = ref;
  }
  return { nodeId: node.id, type: node.type, version: node.version, inputs: constants };
}

function isConstant(binding: Binding): boolean {
  return binding.kind === 'list' ? binding.items.every(isConstant) : binding.kind === 'value';
}

/** Throws `model-missing` when a node is to run with a model that is not installed, once both are known. */
function refuseMissingModels(demand: Demand, { models }: PlanRequest, reader: Reader): void {
  for (const outlook of demand.nodes) {
    if (outlook.allowed === undefined) continue;
    const model = placeOf(outlook, reader)?.models.find((id) => !models.has(id));
    if (model === undefined) continue;
    const { id, title } = outlook.node;
    const message =
      model === anyModel
        ? `${title} needs a model and none that fits is installed; add one with “atelier models add” or “pull”.`
        : `The model ${model} is not installed; install it, or choose another.`;
    throw new Failure('model-missing', message, { model, nodeId: id });
  }
}
