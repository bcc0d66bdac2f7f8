import { setTimeout } from 'node:timers/promises';
import { Failure } from '@atelier/sdk';
import type { ValueRef } from '../engine/graph.js';
import type { SegmentNode } from '../engine/segment.js';
import type { StoredAsset } from '../runtime/assets.js';
import type { LoadedNode } from '../runtime/plugins.js';
import { stackOf } from '../runtime/thrown.js';
import type { WorkerHost } from './host.js';
import { lacksInput } from './resolve-inputs.js';
import { runNode, type NodeResult, type RunScope } from './run-node.js';
import { toFailure } from './to-failure.js';

/** A node that took longer is durable: all its outputs are stored before it counts as done. */
const durableMs = 200;

type Outputs = Readonly<Record<string, unknown>>;

const noOutputs: Outputs = {};
/** Another attempt would end in the same way. */
const lasting = new Set([
  'invalid-input',
  'invalid-pipeline',
  'model-missing',
  'unsupported-media',
  'too-large',
]);

/**
 * Runs a node as often as its `retry` allows, and reports to the server how that goes. Returns its outputs: none when it was
 * skipped, or failed with `onError: continue`.
 * @throws Failure the node has failed and its segment with it, or the segment was aborted meanwhile
 */
export async function attemptNode(node: SegmentNode, scope: RunScope, host: WorkerHost): Promise<Outputs> {
  const report = { segmentId: scope.segmentId, nodeId: node.id };
  const loaded = host.shelf.node(node.type, node.version);
  if (loaded !== undefined && lacksInput(loaded.inputs, node.inputs, scope.local)) {
    host.link.send({ kind: 'node-skipped', ...report });
    return noOutputs;
  }
  for (let attempt = 1; ; attempt++) {
    host.link.send({ kind: 'node-started', ...report, attempt });
    // What comes next may end the process, and the server is to know which node that was.
    host.link.flush();
    try {
      if (loaded === undefined) throw notInstalled(node);
      const result = await runNode(node, loaded, scope, host);
      const stored = await storeOutputs(node, loaded, result, host);
      host.link.send({ kind: 'node-done', ...report, ms: Math.round(result.ms), ...stored });
      return result.outputs;
    } catch (error) {
      const failure = nodeFailure(error, node, scope, host);
      if (scope.signal.aborted) throw failure;
      const final = attempt >= node.retry.attempts || lasting.has(failure.code);
      host.link.send({ kind: 'node-failed', ...report, attempt, failure: failure.toRecord(), final });
      if (final && node.onError === 'fail') throw failure;
      if (final) return noOutputs;
      await setTimeout(node.retry.delayMs, undefined, { signal: scope.signal });
    }
  }
}

function nodeFailure(
  thrown: unknown,
  { id, type }: SegmentNode,
  { jobId }: RunScope,
  { link }: WorkerHost,
): Failure {
  const about = { nodeId: id };
  if (!Failure.is(thrown)) {
    const fields = { ...about, jobId, nodeType: type, stack: stackOf(thrown) };
    link.send({ kind: 'log', level: 'warn', message: 'A node threw an error', fields });
  }
  return toFailure(thrown, `The node ${id}`, about);
}

function notInstalled({ type, version }: SegmentNode): Failure {
  return new Failure(
    'unavailable',
    `No plugin here has the node ${type}@${version}; install it and try again.`,
  );
}

interface Stored {
  durable: boolean;
  outputs: Record<string, ValueRef>;
  assets: StoredAsset[];
}

/** Small JSON goes along in any case; the rest is stored where something outside the segment, or a crash, may need it. */
async function storeOutputs(
  { exports }: SegmentNode,
  { outputs: ports }: LoadedNode,
  { outputs, written, ms }: NodeResult,
  { values }: WorkerHost,
): Promise<Stored> {
  const stored: Stored = { durable: true, outputs: {}, assets: written };
  for (const [name, spec] of Object.entries(ports)) {
    const value = outputs[name];
    if (value === undefined) continue;
    const wanted = ms > durableMs || exports.includes(name);
    const kept = wanted ? await values.store(spec, value) : values.inline(spec, value);
    if (kept === undefined) {
      stored.durable = false;
      continue;
    }
    stored.outputs[name] = kept.ref;
    stored.assets.push(...kept.assets);
  }
  return stored;
}
