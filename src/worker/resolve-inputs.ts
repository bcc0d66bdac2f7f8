import { checkValue, defaultOf, Failure, isRequired, type PortSpec } from '@atelier/sdk';
import type { SegmentBinding } from '../engine/segment.js';
import { coerce, type Coercions } from './coerce.js';

/** The outputs of the segment's nodes that have ended so far; a node that gave none is there without any. */
export interface LocalOutputs {
  outputOf(node: string, output: string): unknown;
}

/** The first option that is there is what counts. */
function present(binding: SegmentBinding, local: LocalOutputs): SegmentBinding | undefined {
  switch (binding.kind) {
    case 'absent':
      return undefined;
    case 'local':
      return localValue(binding, local) === undefined ? undefined : binding;
    case 'first':
      return binding.options.map((option) => present(option, local)).find((found) => found !== undefined);
    default:
      return binding;
  }
}

function localValue(
  { node, output, at }: Extract<SegmentBinding, { kind: 'local' }>,
  local: LocalOutputs,
): unknown {
  const value = local.outputOf(node, output);
  return at === undefined ? value : (value as readonly unknown[] | undefined)?.[at];
}

/** Whether an input that must be given has no value, because the node that should give it was skipped or failed. */
export function lacksInput(
  ports: Readonly<Record<string, PortSpec>>,
  bindings: Readonly<Record<string, SegmentBinding>>,
  local: LocalOutputs,
): boolean {
  return Object.entries(ports).some(
    ([name, spec]) => isRequired(spec) && present(bindings[name] ?? { kind: 'absent' }, local) === undefined,
  );
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
    const binding = present(bindings[name] ?? { kind: 'absent' }, local);
    const given = binding === undefined ? defaultOf(spec) : await fetch(spec, binding, local, tools);
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
      return localValue(binding, local);
    case 'list': {
      const items = spec.type === 'list' ? spec.items : spec;
      const found = binding.items.map((item) => present(item, local)).filter((item) => item !== undefined);
      return Promise.all(found.map((item) => fetch(items, item, local, tools)));
    }
    default:
      return undefined;
  }
}

/** The ids of the nodes of this segment that a binding refers to. */
export function* localNodes(binding: SegmentBinding): Iterable<string> {
  if (binding.kind === 'local') yield binding.node;
  if (binding.kind === 'list') for (const item of binding.items) yield* localNodes(item);
  if (binding.kind === 'first') for (const option of binding.options) yield* localNodes(option);
}
