import { hash } from 'node:crypto';
import type { Json, PortSpec } from '@atelier/sdk';
import type { InstalledNode } from './catalogue.js';
import type { Binding } from './graph.js';
import { canonicalJson } from './json.js';

/**
 * Cache keys are Merkle digests: a node's key is made of its type, version, the digest of its plugin, the kind of device, its
 * constants and the keys of the nodes that its other inputs come from, so it is known before any of them has run. Names of
 * nodes and pipelines, titles and the order of keys have no part in it. Models go in by id and digest, pictures by their
 * content alone, an input that is left out by its default.
 *
 * Null: the result must not be reused. That goes for a node that says `cache: false`, and for everything below one: its inputs
 * have no key, and the values themselves are not looked at.
 * Undefined: not known yet, because a fingerprint, or whether something is absent, is not.
 */
export type CacheKey = string | null | undefined;

/** Raised when keys are made in another way, so that no old result is found by a new key. */
const format = 'atelier-node-1';

export interface KeyContext {
  /** What a GPU node runs on: results may differ between kinds in the last bits. */
  acceleratorKind: string;
  /** the models that are installed, by id */
  models: ReadonlyMap<string, { readonly sha256: string }>;
  /** the key of a node whose output an input takes */
  keyOf(nodeId: string): CacheKey;
}

/**
 * The key of a node. `inputs` are its bindings with every `first` decided and everything absent left out. `fingerprint` is the
 * node's own word for what else its result depends on; '' for one that has none.
 */
export function cacheKey(
  node: InstalledNode,
  inputs: Readonly<Record<string, Binding>>,
  fingerprint: string,
  context: KeyContext,
): CacheKey {
  const { type, version, needs, cache } = node.description;
  if (!cache) return null;
  const device = needs.device === 'gpu' ? context.acceleratorKind : 'host';
  const parts = [format, type, String(version), node.pluginDigest, device, fingerprint];
  let known: CacheKey = '';
  for (const name of node.sortedInputs) {
    const binding = inputs[name] ?? defaultBinding(node, name);
    if (!binding) continue;
    const token = tokenOf(binding, node.inputs.get(name)!, context);
    if (token === null) return null;
    if (token === undefined) known = undefined;
    else parts.push(name, token);
  }
  return known === undefined ? undefined : hash('sha256', JSON.stringify(parts));
}

function defaultBinding(node: InstalledNode, name: string): Binding | undefined {
  const value = node.defaults.get(name);
  return value === undefined ? undefined : { kind: 'value', value };
}

function tokenOf(binding: Binding, spec: PortSpec, context: KeyContext): CacheKey {
  switch (binding.kind) {
    case 'value':
      return valueToken(binding.value, spec, context);
    case 'from': {
      const key = context.keyOf(binding.node);
      return key && `from ${key} ${(binding.at ?? []).join(' ')} ${binding.output}`;
    }
    case 'list': {
      const items = spec.type === 'list' ? spec.items : spec;
      const tokens: string[] = [];
      for (const item of binding.items) {
        const token = tokenOf(item, items, context);
        if (typeof token !== 'string') return token;
        tokens.push(token);
      }
      return `list ${JSON.stringify(tokens)}`;
    }
    default:
      throw new TypeError(`A ${binding.kind} has to be decided before it is hashed.`);
  }
}

function valueToken(value: Json, spec: PortSpec, context: KeyContext): CacheKey {
  if (spec.type === 'list' && Array.isArray(value)) {
    const tokens = (value as readonly Json[]).map((item) => valueToken(item, spec.items, context));
    return tokens.includes(null) ? null : `list ${JSON.stringify(tokens)}`;
  }
  if (spec.type === 'model' && typeof value === 'string') {
    const model = context.models.get(value);
    return model ? `model ${model.sha256} ${value}` : null;
  }
  if (spec.type === 'image' || spec.type === 'mask') {
    return `picture ${(value as { readonly sha256: string }).sha256}`;
  }
  return `value ${canonicalJson(value)}`;
}
