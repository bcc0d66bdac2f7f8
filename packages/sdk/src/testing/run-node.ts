import { specsOf } from '../describe.js';
import { Failure } from '../failure.js';
import { isPlainObject } from '../json.js';
import { checkValue } from '../live-values.js';
import type { NodeDefinition } from '../node.js';
import type { AnyNode } from '../plugin.js';
import type { Ports, PortSpec, PortValues } from '../ports.js';
import { createTestContext, type TestContext } from './context.js';
import { completeInputs } from './inputs.js';

/**
 * Runs a node as a host does: defaults are applied, inputs and outputs are held against their ports.
 * @param inputs required image, mask, video, audio, file and model inputs that are left out get a sample
 * @param ctx give one to look at files, progress or logs afterwards, and close it; else one is made and closed
 *
 * Throws `invalid-input` for inputs that do not fit, `node-failed` for outputs that do not, and what the node throws.
 */
export async function runNode<I extends Ports, O extends Ports>(
  node: NodeDefinition<I, O>,
  inputs: NoInfer<Partial<PortValues<I>>> = {},
  ctx?: TestContext,
): Promise<PortValues<O>> {
  const own = ctx ?? createTestContext();
  try {
    const complete = await completeInputs(specsOf(node.inputs), inputs, own);
    return (await runWith(node as unknown as AnyNode, complete, own)) as PortValues<O>;
  } finally {
    if (!ctx) await own.close();
  }
}

/** Runs a node with complete inputs and checks its outputs. */
export async function runWith(
  node: AnyNode,
  inputs: Record<string, unknown>,
  ctx: TestContext,
): Promise<Record<string, unknown>> {
  const run = node.run as (inputs: Record<string, unknown>, ctx: TestContext) => unknown;
  return checkOutputs(specsOf(node.outputs), await run.call(node, inputs, ctx));
}

function checkOutputs(specs: Readonly<Record<string, PortSpec>>, returned: unknown): Record<string, unknown> {
  if (!isPlainObject(returned))
    throw new Failure('node-failed', 'The node must return an object with its outputs.');
  for (const name of Object.keys(returned)) {
    if (!Object.hasOwn(specs, name)) {
      throw new Failure('node-failed', `The node returned “${name}”, which is none of its outputs.`);
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    const problem = checkValue(spec, returned[name]);
    if (problem) throw new Failure('node-failed', `The output “${name}” ${problem}.`);
  }
  return returned;
}
