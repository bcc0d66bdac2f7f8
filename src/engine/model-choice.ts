import { type Json, type PortSpec, type SpecOf } from '@atelier/sdk';
import type { Catalogue } from './catalogue.js';
import type { Binding, Graph, GraphLoop, GraphNode } from './graph.js';

export type ModelPort = SpecOf<'model'>;

/** What a port or a request looks for in a model. */
export type ModelWish = Pick<ModelPort, 'families' | 'capabilities'>;

/** What is known of a model when one is chosen. */
export interface ModelCard {
  readonly id: string;
  readonly family: string;
  readonly capabilities: readonly string[];
  readonly priority: number;
}

export function fits({ families, capabilities = [] }: ModelWish, model: ModelCard): boolean {
  if (families !== undefined && !families.includes(model.family)) return false;
  return capabilities.every((capability) => model.capabilities.includes(capability));
}

/** The preferred model if it fits, else the first of those with the highest priority. */
export function bestModel<Card extends ModelCard>(
  wish: ModelWish,
  models: Iterable<Card>,
  preferred?: string,
): Card | undefined {
  let best: Card | undefined;
  for (const model of models) {
    if (!fits(wish, model)) continue;
    if (model.id === preferred) return model;
    if (best === undefined || model.priority > best.priority) best = model;
  }
  return best;
}

/** The model for a port: the id that is given, or the one that is chosen for `auto`; undefined when none fits. */
export type ChooseModel = (port: ModelPort, id: string, at: string) => string | undefined;

/** The value of a port with its models chosen; everything else stays. `at` names the place. */
export function chooseIn(spec: PortSpec, value: Json, at: string, choose: ChooseModel): Json {
  if (spec.type === 'list' && Array.isArray(value)) {
    return (value as readonly Json[]).map((item) => chooseIn(spec.items, item, at, choose));
  }
  return spec.type === 'model' && typeof value === 'string' ? (choose(spec, value, at) ?? value) : value;
}

export function takesModel(spec: PortSpec): boolean {
  return spec.type === 'list' ? takesModel(spec.items) : spec.type === 'model';
}

/**
 * A graph in which every node has its models: those that are written for it, or its port's default. `auto` stays where none fits, for
 * the node may turn out not to be needed. O(nodes).
 */
export function chooseModels(graph: Graph, catalogue: Pick<Catalogue, 'node'>, choose: ChooseModel): Graph {
  return { ...graph, ...new Choosing(catalogue, choose).body(graph) };
}

type Body = GraphLoop['body'];

class Choosing {
  constructor(
    private readonly catalogue: Pick<Catalogue, 'node'>,
    private readonly choose: ChooseModel,
  ) {}

  body({ nodes, loops }: Body): Body {
    return {
      nodes: mapValues(nodes, (node) => this.node(node)),
      loops: mapValues(loops, (loop) => ({ ...loop, body: this.body(loop.body) })),
    };
  }

  private node(node: GraphNode): GraphNode {
    const specs = this.catalogue.node(node.type, node.version)?.inputs ?? [];
    const ports = [...specs].filter(([, spec]) => takesModel(spec));
    if (ports.length === 0) return node;
    const inputs = { ...node.inputs };
    for (const [name, spec] of ports) {
      const given = Object.hasOwn(inputs, name) ? inputs[name]! : absent;
      const binding = given.kind === 'absent' ? defaultOf(spec) : given;
      if (binding !== undefined) inputs[name] = this.binding(spec, binding, `${node.id}.${name}`);
    }
    return { ...node, inputs };
  }

  private binding(spec: PortSpec, binding: Binding, at: string): Binding {
    const inner = (of: PortSpec) => (child: Binding) => this.binding(of, child, at);
    switch (binding.kind) {
      case 'value':
        return { kind: 'value', value: chooseIn(spec, binding.value, at, this.choose) };
      case 'list':
        return { kind: 'list', items: binding.items.map(inner(spec.type === 'list' ? spec.items : spec)) };
      case 'first':
        return { kind: 'first', options: binding.options.map(inner(spec)) };
      case 'guarded':
        return { ...binding, value: inner(spec)(binding.value) };
      default:
        return binding;
    }
  }
}

const absent: Binding = { kind: 'absent' };

function defaultOf(spec: PortSpec): Binding | undefined {
  return spec.type === 'model' && spec.default !== undefined
    ? { kind: 'value', value: spec.default }
    : undefined;
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
