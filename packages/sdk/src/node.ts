import type { RunContext } from './context.js';
import type { Ports, PortSpec, PortValue, PortValues } from './ports.js';
import type { Json, ModelRef } from './values.js';

/**
 * An amount that may depend on the node's inputs, as plain data: the server reckons with it and never runs plugin code.
 * `input` stands for the number given to that input, or, when it is not known before the run, for the input's
 * `max`, else its `default`, else 0.
 */
export type Quantity =
  | number
  | { readonly input: string }
  | { readonly add: readonly Quantity[] }
  | { readonly multiply: readonly Quantity[] };

export interface NodeNeeds<ModelInput extends string = string> {
  /** `cpu`: a worker for CPU nodes. `gpu`: the device that holds models, which is the CPU where there is no GPU. */
  device: 'cpu' | 'gpu';
  /** Names of the `model` inputs whose models must be resident. */
  models?: readonly ModelInput[];
  /** Memory beyond the models' own while the node runs, in MiB. */
  workingMiB?: Quantity;
}

/**
 * Inputs that show the node at work, as values or as JSON writes them: a seed as a number, a model as its id. Image, mask, video,
 * audio and file inputs that are required and left out get a sample.
 */
export interface NodeExample<Input extends string = string> {
  title: string;
  inputs: Readonly<{ [name in Input]?: unknown }>;
}

/** The names of the ports that carry a model or a list of models. */
type ModelNames<P extends Ports> = string extends keyof P
  ? string
  : {
      [N in keyof P & string]: PortValue<P[N]> extends ModelRef | ModelRef[] | undefined ? N : never;
    }[keyof P & string];

/** What {@link defineNode} takes. */
export interface NodeDefinition<I extends Ports = Ports, O extends Ports = Ports> {
  /** `plugin.node`, each of lower-case letters, digits, `_` and `-`. */
  type: string;
  /** Raised when the same inputs give another result. */
  version: number;
  title: string;
  description?: string;
  inputs: I;
  outputs: O;
  /** Default: `{ device: 'cpu' }`. */
  needs?: NodeNeeds<ModelNames<I>>;
  /** `false`: the result depends on more than the inputs and is never reused. Default: true. */
  cache?: boolean;
  /**
   * A word for whatever outside its inputs the result depends on; it becomes part of the cache key. Called before the run with
   * the inputs that are known by then (constants), the others `undefined`.
   */
  fingerprint?(inputs: Partial<PortValues<I>>): string | Promise<string>;
  examples?: readonly NodeExample<keyof I & string>[];
  /**
   * Does the work. The inputs fit their ports and must not be changed, as other nodes may hold them too; the outputs are checked.
   * Throws a `Failure` to tell the caller what to do; any other error becomes `node-failed`.
   */
  run(inputs: PortValues<I>, ctx: RunContext): Promise<PortValues<O>> | PortValues<O>;
}

/** Declares a node. The types of `run` follow from the ports. */
export function defineNode<const I extends Ports, const O extends Ports>(
  definition: NodeDefinition<I, O>,
): NodeDefinition<I, O> {
  return Object.freeze(definition);
}

/** What the server, the studio and the documentation know of a node: plain JSON. */
export interface NodeDescription {
  type: string;
  version: number;
  title: string;
  description: string;
  inputs: Record<string, PortSpec>;
  outputs: Record<string, PortSpec>;
  needs: NodeNeeds;
  cache: boolean;
  /** The node has a fingerprint that a worker must ask for. */
  fingerprint: boolean;
  /** JSON Schema (draft 2020-12) of the inputs as a request gives them. */
  inputSchema: Record<string, Json>;
}
