import { setTimeout as delay } from 'node:timers/promises';
import { specsOf } from '../describe.js';
import type { NodeExample } from '../node.js';
import type { AnyNode } from '../plugin.js';
import { createTestContext, type TestContextOptions } from './context.js';
import { inEmptyFolder } from './empty-folder.js';
import { completeInputs } from './inputs.js';
import { runWith } from './run-node.js';

/**
 * Aborts a run of an example and waits for its end, be it with a result or an error.
 * @param abortAfterMs 0: aborted before the run begins
 * @returns ms from the abort to the end; Infinity when the run has not ended after `patienceMs`
 */
export async function msToStop(
  node: AnyNode,
  example: NodeExample,
  options: TestContextOptions,
  abortAfterMs: number,
  patienceMs: number,
): Promise<number> {
  const controller = new AbortController();
  const ctx = createTestContext({ ...options, signal: controller.signal });
  try {
    const inputs = await completeInputs(specsOf(node.inputs), example.inputs, ctx);
    if (abortAfterMs === 0) controller.abort();
    // Reckoned from the start: a run that blocks the event loop holds up the timer too.
    const abortAt = performance.now() + abortAfterMs;
    const timer = setTimeout(() => controller.abort(), abortAfterMs);
    const ended = inEmptyFolder(() => runWith(node, inputs, ctx))
      .catch(() => undefined)
      .then(() => performance.now());
    const endedAt = await Promise.race([ended, delay(abortAfterMs + patienceMs, Infinity, { ref: false })]);
    clearTimeout(timer);
    return Math.max(0, endedAt - abortAt);
  } finally {
    await ctx.close();
  }
}
