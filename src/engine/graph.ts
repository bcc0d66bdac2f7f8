import type { FailureRecord, Json, PortSpec } from '@atelier/sdk';

/**
 * A flattened pipeline: pipelines used as nodes are dissolved (`outer/inner` names their nodes), inputs are replaced by the
 * values of the submit. Plain JSON, because a submit stores it with its job.
 */
export interface Graph {
  nodes: Record<string, GraphNode>;
  /** `forEach` bodies whose list is not known yet; expanding one replaces it by nodes. */
  loops: Record<string, GraphLoop>;
  /** What a loop that has been expanded gives: its id, then the name of the output, to a list of what its turns give. */
  lists: Record<string, Record<string, Binding & { kind: 'list' }>>;
  outputs: Record<string, GraphOutput>;
}

export interface GraphOutput {
  source: Binding;
  spec: PortSpec;
}

/** Where a value comes from. */
export type Binding =
  | { kind: 'value'; value: Json }
  /** Nothing: an optional input of the pipeline that was left out. */
  | { kind: 'absent' }
  /** An output of a node or loop; `at` picks an element of a list, each further number one of the list that this is. */
  | { kind: 'from'; node: string; output: string; at?: number[] }
  /** The current element of the enclosing loop with this id, or its position, counted from 0. */
  | { kind: 'item'; loop: string; position?: true }
  | { kind: 'list'; items: Binding[] }
  /** The first of these that is not absent; the later ones are not run unless they are needed. */
  | { kind: 'first'; options: Binding[] }
  /** Absent unless all conditions are true. */
  | { kind: 'guarded'; when: Binding[]; value: Binding }
  | { kind: 'not'; operand: Binding }
  | { kind: 'equals'; left: Binding; right: Binding };

export interface GraphNode {
  id: string;
  type: string;
  version: number;
  title: string;
  inputs: Record<string, Binding>;
  /** All must be true for the node to run; nothing that only this node needs is run before they are. */
  when: Binding[];
  retry: { attempts: number; delayMs: number };
  timeoutMs: number | null;
  onError: 'fail' | 'continue';
}

/** The ids of what is in its body begin with its own; `expandLoop` puts the number of the turn there. */
export interface GraphLoop {
  id: string;
  over: Binding;
  when: Binding[];
  body: Pick<Graph, 'nodes' | 'loops'>;
  /** What each turn gives; the loop's output is the list of these, in order, without the absent ones. */
  outputs: Record<string, Binding>;
}

/**
 * A value outside any process: small JSON in place, anything else as a blob of the asset store. An image or a mask is stored as
 * a PNG (`image/png`), which is lossless for both and can be handed out as it is; every other value as
 * `application/x-atelier-value` (the codec of `@atelier/sdk`).
 */
export type ValueRef =
  | { kind: 'inline'; value: Json }
  | { kind: 'stored'; sha256: string; bytes: number; mediaType: string }
  | { kind: 'list'; items: ValueRef[] };

/** What is known of a node that has been run; nothing is known of the others. */
export type NodeFact =
  | { status: 'done'; outputs: Record<string, ValueRef>; cached: boolean }
  | { status: 'failed'; failure: FailureRecord };

export type Facts = ReadonlyMap<string, NodeFact>;
