import { checkLiteral, defaultOf, type Json, type PortSpec } from '@atelier/sdk';
import { BindingMeter } from './binding-meter.js';
import { isAlwaysPresent } from './binding.js';
import type { Binding, Graph, GraphLoop } from './graph.js';
import type { InputValues } from './inputs.js';
import { invalidInputs, pointerTo, quoted, type Problem } from './problem.js';
import { DocumentSeeds, type Draw } from './seeds.js';
import { partsOf, type Source } from './source.js';
import type { Pipeline, Step } from './step.js';

export interface Flattened {
  graph: Graph;
  /** The seeds that were drawn for a −1 that stands in a document, by `node.input`. */
  drawn: Readonly<Record<string, Json>>;
}

/**
 * Turns a pipeline and the values of its inputs into the graph of a job.
 *
 * A pipeline used as a node dissolves into its nodes, whose ids begin with the node's: `outer/inner`. They take over what the
 * node says: its `when` is a further condition of each; its `retry` holds for those that have none; its `timeoutMs` bounds the
 * time of each; with `onError: continue` each of them continues. An input of it that turns out absent takes its default.
 *
 * A `forEach` becomes a loop. A `when` that looks at the element is asked in each turn and leaves out what is not true; any
 * other is asked once, and the whole list is absent if it is not true. A seed that a body draws is the same in every turn.
 *
 * Throws `invalid-input` with all problems when values fit the pipeline's inputs but not the ports they lead to, and
 * `too-large` when copying values to where they are used makes too much of them.
 */
export function flatten(pipeline: Pipeline, values: InputValues, draw: Draw): Flattened {
  return new Flattening(draw).flatten(pipeline, values);
}

type Body = GraphLoop['body'];
type Outputs = Map<string, Binding>;

/** What a pipeline's nodes have from the place where it is used. */
interface Scope extends Pick<Step, 'retry' | 'timeoutMs' | 'onError'> {
  prefix: string;
  inputs: ReadonlyMap<string, Binding>;
  when: Binding[];
  into: Body;
}

/** A step in its place. */
interface Site {
  step: Step;
  id: string;
  scope: Scope;
  bind(source: Source): Binding;
}

const absent: Binding = { kind: 'absent' };

class Flattening {
  private readonly seeds: DocumentSeeds;
  private readonly meter = new BindingMeter();
  private readonly problems: Problem[] = [];
  /** The job's input that a binding stands for: it is the same object wherever the input leads. */
  private readonly origins = new Map<Binding, string>();

  constructor(draw: Draw) {
    this.seeds = new DocumentSeeds(draw);
  }

  flatten(pipeline: Pipeline, values: InputValues): Flattened {
    const inputs = new Map<string, Binding>();
    for (const name of pipeline.inputs.keys()) {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      const binding: Binding = value === undefined ? absent : { kind: 'value', value };
      inputs.set(name, binding);
      this.origins.set(binding, name);
    }
    const into: Body = { nodes: {}, loops: {} };
    const scope: Scope = {
      prefix: '',
      inputs,
      when: [],
      into,
      retry: null,
      timeoutMs: null,
      onError: 'fail',
    };
    const outputs: Graph['outputs'] = {};
    for (const [name, source] of this.place(pipeline, scope)) {
      outputs[name] = { source: this.meter.counted(source), spec: pipeline.outputs.get(name)!.spec };
    }
    if (this.problems.length > 0) throw invalidInputs(this.problems);
    return { graph: { ...into, lists: {}, outputs }, drawn: this.seeds.drawn };
  }

  /** Puts a pipeline's nodes and loops into the scope's body; returns what its outputs are bound to. */
  private place(pipeline: Pipeline, scope: Scope): Outputs {
    const results = new Map<string, Outputs>();
    const binderIn = (loop: string) => (source: Source) => this.bind(source, scope.inputs, results, loop);
    for (const step of pipeline.steps.values()) {
      const id = scope.prefix + step.name;
      const site: Site = { step, id, scope: withPolicyOf(step, scope), bind: binderIn(id) };
      results.set(step.name, step.forEach ? this.placeLoop(site) : this.placeOnce(site));
    }
    const bind = binderIn('');
    return new Map(Array.from(pipeline.outputs, ([name, { source }]) => [name, bind(source)]));
  }

  private placeLoop({ step, id, scope, bind }: Site): Outputs {
    const asked = step.when ? [this.meter.counted(bind(step.when))] : [];
    const eachTurn = step.when !== null && mentionsItem(step.when);
    const into: Body = { nodes: {}, loops: {} };
    const turn: Scope = { ...scope, when: eachTurn ? asked : [], into };
    const outputs = this.placeOnce({ step: { ...step, when: null }, id, scope: turn, bind });
    scope.into.loops[id] = {
      id,
      over: this.meter.counted(bind(this.seeds.elements(step, id))),
      when: eachTurn ? scope.when : [...scope.when, ...asked],
      body: into,
      outputs: Object.fromEntries(outputs),
    };
    return referencesTo(id, outputs.keys());
  }

  private placeOnce(site: Site): Outputs {
    const { step, id, scope, bind } = site;
    const when = step.when ? [...scope.when, this.meter.counted(bind(step.when))] : scope.when;
    if (step.use.kind === 'pipeline') {
      const inputs = new Map<string, Binding>();
      for (const [name, spec] of step.inputs) inputs.set(name, this.inputOf(site, name, spec));
      const outputs = this.place(step.use.pipeline, { ...scope, prefix: `${id}/`, inputs, when });
      return this.guarded(outputs, when, `${id}/`);
    }
    const { type, version, title } = step.use.node.description;
    const { retry, timeoutMs, onError } = scope;
    scope.into.nodes[id] = {
      id,
      type,
      version,
      title: step.title ?? title,
      inputs: this.nodeInputs(site),
      when,
      retry: retry ?? { attempts: 1, delayMs: 0 },
      timeoutMs,
      onError,
    };
    return referencesTo(id, step.outputs.keys());
  }

  /** What a pipeline passes on from outside its nodes is absent, as they are, when its conditions do not hold. */
  private guarded(outputs: Outputs, when: Binding[], prefix: string): Outputs {
    if (when.length === 0) return outputs;
    const guard = (value: Binding): Binding => {
      if (value.kind === 'from' && value.node.startsWith(prefix)) return value;
      return this.meter.checked({ kind: 'guarded', when, value });
    };
    return new Map(Array.from(outputs, ([name, value]) => [name, guard(value)]));
  }

  private nodeInputs(site: Site): Record<string, Binding> {
    const inputs: Record<string, Binding> = {};
    for (const [name, spec] of site.step.inputs) {
      const binding = this.inputOf(site, name, spec);
      if (binding !== absent)
        inputs[name] = this.meter.counted(this.fitted(binding, spec, `${site.id}.${name}`));
    }
    return inputs;
  }

  private inputOf({ step, id, bind }: Site, name: string, spec: PortSpec): Binding {
    const source = this.seeds.source(step, name, id);
    const given = source ? bind(source) : absent;
    const value = defaultOf(spec);
    if (value === undefined || isAlwaysPresent(given)) return given;
    const fallback = this.seeds.value(step, name, id, value);
    // A node puts its defaults in itself, but cannot draw a seed.
    if (step.use.kind === 'node' && fallback === value) return given;
    const last: Binding = { kind: 'value', value: fallback };
    return given === absent ? last : this.meter.checked({ kind: 'first', options: [given, last] });
  }

  private bind(
    source: Source,
    inputs: ReadonlyMap<string, Binding>,
    results: ReadonlyMap<string, Outputs>,
    loop: string,
  ): Binding {
    const inner = (child: Source): Binding => this.bind(child, inputs, results, loop);
    switch (source.kind) {
      case 'value':
        return { kind: 'value', value: source.value };
      case 'input':
        return inputs.get(source.name)!;
      case 'from':
        return results.get(source.node)!.get(source.output)!;
      case 'item':
        return source.position ? { kind: 'item', loop, position: true } : { kind: 'item', loop };
      case 'list':
        return this.meter.checked({ kind: 'list', items: source.items.map(inner) });
      case 'first':
        return this.meter.checked({ kind: 'first', options: source.options.map(inner) });
      case 'not':
        return { kind: 'not', operand: inner(source.operand) };
      case 'equals':
        return { kind: 'equals', left: inner(source.left), right: inner(source.right) };
    }
  }

  /** A node's binding with its constants as the port has them. What a port refuses becomes a problem of the job's input. */
  private fitted(binding: Binding, spec: PortSpec, place: string): Binding {
    if (binding.kind === 'list' && spec.type === 'list') {
      return { ...binding, items: binding.items.map((item) => this.fitted(item, spec.items, place)) };
    }
    if (binding.kind === 'first') {
      return { ...binding, options: binding.options.map((option) => this.fitted(option, spec, place)) };
    }
    if (binding.kind === 'guarded') return { ...binding, value: this.fitted(binding.value, spec, place) };
    if (binding.kind !== 'value') return binding;
    const checked = checkLiteral(spec, binding.value);
    if ('value' in checked)
      return checked.value === binding.value ? binding : { kind: 'value', value: checked.value };
    const origin = this.origins.get(binding);
    const subject = origin === undefined ? `The input ${quoted(place)}` : quoted(origin);
    const root = origin === undefined ? '' : pointerTo([origin]);
    for (const { pointer, message } of checked.problems) {
      this.problems.push({
        code: 'invalid-value',
        pointer: root + pointer,
        message: `${subject} ${message}.`,
      });
    }
    return binding;
  }
}

function withPolicyOf(step: Step, scope: Scope): Scope {
  const times = [step.timeoutMs, scope.timeoutMs].filter((ms) => ms !== null);
  return {
    ...scope,
    retry: step.retry ?? scope.retry,
    timeoutMs: times.length > 0 ? Math.min(...times) : null,
    onError: scope.onError === 'continue' ? 'continue' : step.onError,
  };
}

function referencesTo(id: string, outputs: Iterable<string>): Outputs {
  return new Map(Array.from(outputs, (output) => [output, { kind: 'from', node: id, output }]));
}

function mentionsItem(source: Source): boolean {
  for (const part of partsOf(source)) if (part.kind === 'item') return true;
  return false;
}
