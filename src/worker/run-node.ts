import { checkValue, Failure, type PortSpec, type RunContext } from '@atelier/sdk';
import type { SegmentNode } from '../engine/segment.js';
import type { StoredAsset } from '../runtime/assets.js';
import type { LoadedNode } from '../runtime/plugins.js';
import { NodeContext } from './context.js';
import type { WorkerHost } from './host.js';
import { resolveInputs, type LocalOutputs } from './resolve-inputs.js';
import { culprits } from './stray-errors.js';

/** The run of a segment, as its nodes need it. */
export interface RunScope {
  segmentId: string;
  jobId: string;
  local: LocalOutputs;
  /** Aborted when the segment is cancelled or has failed; the reason is a Failure. */
  signal: AbortSignal;
  /** Told about code that goes on although its node has ended. */
  straggles(work: Promise<unknown>): void;
}

export interface NodeResult {
  outputs: Record<string, unknown>;
  /** blobs that the node put into the store itself */
  written: StoredAsset[];
  ms: number;
}

/** More makes a timer of JavaScript go off at once. */
const longestTimerMs = 2 ** 31 - 1;

/** What has been checked when the plugin was loaded. */
interface Runnable {
  run(inputs: Record<string, unknown>, ctx: RunContext): unknown;
}

/**
 * Runs a node once. When it is aborted or its time is up, it counts as ended at that moment, whether its code stops or not.
 * Throws what the node threw, or a Failure.
 */
export async function runNode(
  node: SegmentNode,
  loaded: LoadedNode,
  scope: RunScope,
  host: WorkerHost,
): Promise<NodeResult> {
  const startedAt = performance.now();
  const controller = new AbortController();
  const context = contextOf(node, scope, controller.signal, host);
  const work = async (): Promise<unknown> => {
    const inputs = await resolveInputs(loaded.inputs, node.inputs, scope.local, host);
    controller.signal.throwIfAborted();
    return (loaded.definition as unknown as Runnable).run(inputs, context);
  };
  try {
    const returned = await untilAborted(node, scope, controller, work).finally(() => refuseEdits(node, host));
    const outputs = checkOutputs(loaded.outputs, returned);
    return { outputs, written: context.written, ms: performance.now() - startedAt };
  } finally {
    await context.close();
  }
}

function contextOf(
  node: SegmentNode,
  { segmentId, jobId }: RunScope,
  signal: AbortSignal,
  host: WorkerHost,
): NodeContext {
  const { link, assets, residents } = host;
  return new NodeContext({
    assets,
    models: residents.forNode(),
    signal,
    tempFolder: host.newTempFolder(),
    progress: (progress) => link.send({ kind: 'node-progress', segmentId, nodeId: node.id, ...progress }),
    log: (level, message, fields) =>
      link.send({
        kind: 'log',
        level,
        message,
        fields: { ...fields, jobId, nodeId: node.id, nodeType: node.type },
      }),
  });
}

async function untilAborted(
  node: SegmentNode,
  { signal, straggles }: RunScope,
  controller: AbortController,
  work: () => Promise<unknown>,
): Promise<unknown> {
  const abort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(outOfTime(node)), Math.min(node.timeoutMs, longestTimerMs));
  const aborted = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), {
      once: true,
    });
  });
  const blame = (error: unknown): void =>
    controller.abort(error ?? new Error('a promise was rejected without a reason'));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const running = culprits.run({ blame }, work);
  try {
    return await Promise.race([running, aborted]);
  } catch (error) {
    if (controller.signal.aborted) straggles(running);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function refuseEdits(node: SegmentNode, host: WorkerHost): void {
  if (!host.guard.restore()) return;
  host.damage(`The node ${node.id} has changed built-in objects of JavaScript`);
  throw new Failure('node-failed', 'It changes built-in objects of JavaScript, which all nodes share.');
}

function outOfTime({ timeoutMs }: SegmentNode): Failure {
  const time = timeoutMs < 1000 ? `${timeoutMs} ms` : `${Math.round(timeoutMs / 100) / 10} s`;
  return new Failure('timeout', `It took longer than the ${time} that it may.`, { timeoutMs });
}

function checkOutputs(ports: Readonly<Record<string, PortSpec>>, returned: unknown): Record<string, unknown> {
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned)) {
    throw new Failure('node-failed', 'It returned no object with its outputs.');
  }
  const outputs: Record<string, unknown> = { ...returned };
  for (const name of Object.keys(outputs)) {
    if (ports[name] === undefined)
      throw new Failure('node-failed', `It returned “${name}”, which it does not declare.`);
  }
  for (const [name, spec] of Object.entries(ports)) {
    const problem = checkValue(spec, outputs[name]);
    if (problem !== undefined)
      throw new Failure('node-failed', `Its output “${name}” ${problem}.`, { output: name });
  }
  return outputs;
}
