import type { Json, PipelineDocument } from '@atelier/sdk';
import { flatten } from '../../src/engine/flatten.js';
import type { NodeFact, ValueRef } from '../../src/engine/graph.js';
import { checkInputs } from '../../src/engine/inputs.js';
import { parsePipeline } from '../../src/engine/pipeline.js';
import type { Plan, PlanRequest } from '../../src/engine/plan.js';
import { catalogueOf } from './nodes.js';

export interface Submitted extends Partial<PlanRequest> {
  inputs?: Record<string, Json>;
}

/** What a job of this document is first planned with, unless `given` says otherwise. */
export function requestOf(
  document: PipelineDocument,
  { inputs = {}, ...given }: Submitted = {},
): PlanRequest {
  const catalogue = given.catalogue ?? catalogueOf();
  const parsed = parsePipeline(document, catalogue);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const checked = checkInputs(parsed.pipeline, inputs);
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return {
    graph: flatten(parsed.pipeline, checked.values, () => 1n).graph,
    facts: new Map(),
    catalogue,
    fingerprints: new Map(),
    busy: new Set(),
    quarantine: new Set(),
    width: { host: 2, accelerator: 1 },
    models: new Map([
      ['sd', { sha256: 'm1' }],
      ['xl', { sha256: 'm2' }],
    ]),
    acceleratorKind: 'cuda',
    jobId: 'job',
    attempt: 0,
    timeoutMs: 1000,
    ...given,
  };
}

/** Values that a node gave. */
export function done(outputs: Record<string, Json>): NodeFact {
  const refs = Object.entries(outputs).map(([name, value]): [string, ValueRef] => [
    name,
    { kind: 'inline', value },
  ]);
  return { status: 'done', outputs: Object.fromEntries(refs), cached: false };
}

export function failed(code: 'node-failed' | 'out-of-memory' = 'node-failed'): NodeFact {
  return { status: 'failed', failure: { code, message: 'Broken.', details: {} } };
}

export type Running = Extract<Plan, { state: 'running' }>;

export function running(plan: Plan): Running {
  if (plan.state !== 'running') throw new Error(`The job has ${plan.state}.`);
  return plan;
}

/** The ids of the nodes of each segment. */
export function shapeOf(plan: Plan): string[][] {
  return running(plan).segments.map((segment) => segment.nodes.map((node) => node.id));
}
