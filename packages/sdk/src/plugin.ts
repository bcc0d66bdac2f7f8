import type { NodeDefinition, NodeDescription } from './node.js';

/** The version of the contract between host and plugins that this package describes. */
export const apiVersion = 1;

/**
 * A node, whatever its ports. What `run` takes follows from them, so that here it can only be called after a cast: the inputs
 * must have been checked.
 */
export interface AnyNode extends Omit<NodeDefinition, 'run' | 'fingerprint'> {
  run(inputs: never, ctx: never): unknown;
  fingerprint?(inputs: never): string | Promise<string>;
}

export interface PluginDefinition {
  /** Lower case, digits, `_` and `-`; the first word of its nodes' types. */
  id: string;
  title: string;
  /** semver */
  version: string;
  /** The contract it was written for; a host refuses a newer one than its own. */
  apiVersion: number;
  nodes: readonly AnyNode[];
}

/** Declares a plugin: the default export of its package. */
export function definePlugin(definition: PluginDefinition): PluginDefinition {
  return Object.freeze(definition);
}

/** A plugin as plain JSON, for everyone who must not run its code. */
export interface PluginDescription {
  id: string;
  title: string;
  version: string;
  apiVersion: number;
  nodes: NodeDescription[];
}
