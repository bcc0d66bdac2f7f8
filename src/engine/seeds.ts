import { seedToJson, type Json, type PortSpec } from '@atelier/sdk';
import { partsOf, type Source } from './source.js';
import { isSeedInput, type Step } from './step.js';

/** Gives a random number, uniform in [0, 2^64). */
export type Draw = () => bigint;

/**
 * A value with each −1 in it replaced by a drawn seed, for inputs that lead to a port for seeds. A declaration as `integer`
 * gets a number that it can hold; a seed beyond 2^53 − 1 is a decimal string.
 */
export function drawSeeds(value: Json, spec: PortSpec, draw: Draw): Json {
  if (spec.type === 'list' && Array.isArray(value)) {
    return (value as readonly Json[]).map((item) => drawSeeds(item, spec.items, draw));
  }
  if (value !== -1 && value !== '-1') return value;
  if (spec.type !== 'integer') return seedToJson(draw());
  const { max = Number.MAX_SAFE_INTEGER } = spec;
  return max < 0 ? value : Number(draw() % (BigInt(max) + 1n));
}

/** Draws the seeds that documents ask for, each −1 that is written down once, and keeps a record of them. */
export class DocumentSeeds {
  /** What was drawn, by `node.input`. */
  readonly drawn: Record<string, Json> = {};

  constructor(private readonly draw: Draw) {}

  /** A value written for an input of a step. */
  value(step: Step, name: string, id: string, value: Json): Json {
    return isSeedInput(step, name) ? this.drawIn(value, step.inputs.get(name)!, `${id}.${name}`) : value;
  }

  /** What a document gives to an input of a step. */
  source(step: Step, name: string, id: string): Source | undefined {
    const source = step.with.get(name);
    if (!source || !isSeedInput(step, name)) return source;
    return this.inSource(source, step.inputs.get(name)!, `${id}.${name}`);
  }

  /** What a `forEach` goes over: its elements are seeds when they lead to a port for them. */
  elements(step: Step, id: string): Source {
    const { of } = step.forEach!;
    for (const [name, source] of step.with) {
      if (!isSeedInput(step, name) || !mentionsElement(source)) continue;
      return this.inSource(of, { type: 'list', items: step.inputs.get(name)! }, `${id}.forEach`);
    }
    return of;
  }

  private inSource(source: Source, spec: PortSpec, place: string): Source {
    const inner = (child: Source, of: PortSpec): Source => this.inSource(child, of, place);
    switch (source.kind) {
      case 'value':
        return { ...source, value: this.drawIn(source.value, spec, place) };
      case 'list':
        if (spec.type !== 'list') return source;
        return { ...source, items: source.items.map((item) => inner(item, spec.items)) };
      case 'first':
        return { ...source, options: source.options.map((option) => inner(option, spec)) };
      default:
        return source;
    }
  }

  private drawIn(value: Json, spec: PortSpec, place: string): Json {
    let count = 0;
    const seed = drawSeeds(value, spec, () => {
      count += 1;
      return this.draw();
    });
    if (count > 0) this.drawn[place] = seed;
    return seed;
  }
}

/** The inputs of a pipeline that lead to a port for seeds, given its steps. */
export function seedInputsOf(steps: Iterable<Step>): Set<string> {
  const seeds = new Set<string>();
  const collect = (source: Source): void => {
    for (const part of partsOf(source)) if (part.kind === 'input') seeds.add(part.name);
  };
  for (const step of steps) {
    for (const [name, source] of step.with) {
      if (!isSeedInput(step, name)) continue;
      collect(source);
      if (step.forEach && mentionsElement(source)) collect(step.forEach.of);
    }
  }
  return seeds;
}

function mentionsElement(source: Source): boolean {
  for (const part of partsOf(source)) if (part.kind === 'item' && !part.position) return true;
  return false;
}
