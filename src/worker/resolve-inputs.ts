import { checkValue, defaultOf, Failure, isRequired, type PortSpec } from '@atelier/sdk';
import type { SegmentBinding } from '../engine/segment.js';
import { coerce, type Coercions } from './coerce.js';

/** The outputs of the segment's nodes that have ended so far; a node that gave none is there without any. */
export interface LocalOutputs {
  outputOf(node: string, output: string): unknown;
}

function isPresent(binding: SegmentBinding | undefined, local: LocalOutputs): binding is SegmentBinding {
  if (binding?.kind !== 'local') return binding !== undefined;
  return local.outputOf(binding.node, binding.output) !== undefined;
}

/** Whether an input that must be given has no value, because the node that should give it was skipped or failed. */
export function lacksInput(
  ports: Readonly<Record<string, PortSpec>>,
  bindings: Readonly<Record<string, SegmentBinding>>,
  local: LocalOutputs,
): boolean {
  return Object.entries(ports).some(([name, spec]) => isRequired(spec) && !isPresent(bindings[name], local));
}

/**
 * The values that a node's `run` receives: fetched, converted to what the ports carry, with defaults, and checked.
 * @throws Failure `invalid-input` naming the input that does not fit its port
 */
export async function resolveInputs(
  ports: Readonly<Record<string, PortSpec>>,
  bindings: Readonly<Record<string, SegmentBinding>>,
  local: LocalOutputs,
  tools: Coercions,
): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {};
  const resolve = async ([name, spec]: [string, PortSpec]): Promise<void> => {
    const binding = bindings[name];
    const given = isPresent(binding, local) ? await fetch(spec, binding, local, tools) : defaultOf(spec);
    const value = given === undefined ? undefined : await coerce(spec, given, tools);
    const problem = checkValue(spec, value);
    if (problem !== undefined)
      throw new Failure('invalid-input', `Its input “${name}” ${problem}.`, { input: name });
    inputs[name] = value;
  };
  await Promise.all(Object.entries(ports).map(resolve));
  return inputs;
}

async function fetch(
  spec: PortSpec,
  binding: SegmentBinding,
  local: LocalOutputs,
  tools: Coercions,
): Promise<unknown> {
  switch (binding.kind) {
    case 'ref':
      return tools.values.load(spec, binding.ref);
    case 'local':
      return local.outputOf(binding.node, binding.output);
    case 'list': {
      const items = spec.type === 'list' ? spec.items : spec;
      const found = binding.items.filter((item) => isPresent(item, local));
      return Promise.all(found.map((item) => fetch(items, item, local, tools)));
    }
  }
}

/** The ids of the nodes of this segment that a binding refers to. */
export function* localNodes(binding: SegmentBinding): Iterable<string> {
  if (binding.kind === 'local') yield binding.node;
  if (binding.kind === 'list') for (const item of binding.items) yield* localNodes(item);
}
