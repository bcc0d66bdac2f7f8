import { checkLiteral, connectable, type Json, type PortSpec } from '@atelier/sdk';
import { isComparable, listDepth, specOfItems, specOfValue, takesFile, typeName } from './port.js';
import { quoted, type Problem, type ProblemCode } from './problem.js';
import type { Source } from './source.js';
import type { Suggest } from './suggest.js';

/** What the references of a document can mean. A name that exists but cannot be read has no specs. */
export interface Surroundings {
  inputs: ReadonlyMap<string, PortSpec | null>;
  /** the outputs of each node as the other nodes see them */
  outputs: ReadonlyMap<string, ReadonlyMap<string, PortSpec> | null>;
}

/** The element that a node's `forEach` stands for: each of the values written down, or one of a known type. */
export interface Element {
  name: string;
  each: readonly Source[] | PortSpec | null;
}

/** Holds the sources of a document against the ports they lead to, and collects what does not fit. */
export class Wiring {
  constructor(
    private readonly surroundings: Surroundings,
    private readonly problems: Problem[],
    private readonly suggest: Suggest,
  ) {}

  /** Reports whatever keeps a source from giving a value to a port. `target` names the port in a sentence. */
  checkPort(source: Source, spec: PortSpec, element: Element | null, target: string): void {
    switch (source.kind) {
      case 'value':
        return this.checkValue(source.value, spec, source.pointer, target);
      case 'list':
        if (spec.type === 'list') return this.checkItems(source, spec, element, target);
        break;
      case 'first':
        for (const option of source.options) this.checkPort(option, spec, element, target);
        return;
      case 'item':
        if (!source.position && element?.name === source.name && isWritten(element.each)) {
          for (const item of element.each) this.checkPort(item, spec, null, target);
          return;
        }
    }
    const given = this.specOf(source, element);
    if (given === null || connectable(present(given), spec)) return;
    this.report(
      'incompatible',
      source,
      `${typeName(given)} does not fit ${target}, which takes ${typeName(spec)}.`,
    );
  }

  /**
   * A source that fits, as the port takes it: values written the one way in which equal ones look equal, and what leads to a list
   * port and is no list as a list of itself alone.
   */
  fit(source: Source, spec: PortSpec, element: Element | null): Source {
    if (source.kind === 'value') {
      const checked = checkLiteral(spec, source.value);
      return 'value' in checked ? { ...source, value: checked.value } : source;
    }
    if (source.kind === 'first') {
      return { ...source, options: source.options.map((option) => this.fit(option, spec, element)) };
    }
    if (spec.type !== 'list') return source;
    if (source.kind === 'list') {
      return { ...source, items: source.items.map((item) => this.fit(item, spec.items, element)) };
    }
    const given = this.specOf(source, element);
    if (given === null || listDepth(given) >= listDepth(spec)) return source;
    return { kind: 'list', items: [this.fit(source, spec.items, element)], pointer: source.pointer };
  }

  /** A condition with the values that it compares written as those they are compared with. */
  fitCondition(source: Source, element: Element | null): Source {
    if (source.kind === 'not') return { ...source, operand: this.fitCondition(source.operand, element) };
    if (source.kind !== 'equals') return source;
    const fitTo = (side: Source, other: Source): Source => {
      const spec = side.kind === 'value' && other.kind !== 'value' ? this.specOf(other, element) : null;
      return spec ? this.fit(side, spec, element) : side;
    };
    return { ...source, left: fitTo(source.left, source.right), right: fitTo(source.right, source.left) };
  }

  private checkItems(
    source: Source & { kind: 'list' },
    spec: PortSpec & { type: 'list' },
    element: Element | null,
    target: string,
  ): void {
    const count = source.items.length;
    const { minItems = 0, maxItems = Infinity } = spec;
    if (count < minItems) this.report('invalid-value', source, `${target} takes at least ${minItems} items.`);
    if (count > maxItems) this.report('invalid-value', source, `${target} takes at most ${maxItems} items.`);
    for (const item of source.items) this.checkPort(item, spec.items, element, `an item of ${target}`);
  }

  private checkValue(value: Json, spec: PortSpec, pointer: string, target: string): void {
    const isEmpty = Array.isArray(value) && value.length === 0;
    if (takesFile(spec) && !isEmpty) {
      const message = capitalised(
        `${target} takes ${typeName(spec)}, which a pipeline cannot hold; make it an input.`,
      );
      this.problems.push({ code: 'invalid-value', pointer, message });
      return;
    }
    const checked = checkLiteral(spec, value);
    if ('value' in checked) return;
    for (const { pointer: inner, message } of checked.problems) {
      this.problems.push({
        code: 'invalid-value',
        pointer: pointer + inner,
        message: capitalised(`${inner === '' ? target : `an item of ${target}`} ${message}.`),
      });
    }
  }

  /** Reports whatever keeps a source from being a condition. */
  checkCondition(source: Source, element: Element | null): void {
    if (source.kind === 'not') return this.checkCondition(source.operand, element);
    if (source.kind === 'equals') return this.checkEquals(source, element);
    this.checkPort(source, { type: 'boolean' }, element, '“when”');
  }

  private checkEquals({ left, right }: Source & { kind: 'equals' }, element: Element | null): void {
    const sides = [left, right].map((side) => ({ side, spec: this.specOf(side, element) }));
    for (const { side, spec } of sides) {
      if (spec === null || isComparable(spec)) continue;
      this.report('incompatible', side, `“equals” cannot compare ${typeName(spec)}.`);
    }
    for (const [one, other] of [sides, sides.toReversed()] as [(typeof sides)[0], (typeof sides)[0]][]) {
      if (one.side.kind !== 'value' || other.side.kind === 'value' || other.spec === null) continue;
      this.checkValue(one.side.value, other.spec, one.side.pointer, 'the value that it is compared with');
    }
  }

  /** What a `forEach` goes over. Reports what is not a list. */
  elementOf(source: Source, name: string): Element {
    if (source.kind === 'list') return { name, each: source.items };
    if (source.kind === 'value' && Array.isArray(source.value)) {
      const values = source.value as readonly Json[];
      const each = values.map((value, i): Source => ({
        kind: 'value',
        value,
        pointer: `${source.pointer}/${i}`,
      }));
      return { name, each };
    }
    const spec = this.specOf(source, null);
    if (spec?.type === 'list') return { name, each: spec.items };
    if (spec !== null)
      this.report('not-a-list', source, `“forEach” goes over a list, not ${typeName(spec)}.`);
    return { name, each: null };
  }

  /** What a source gives; null, and a problem, when it refers to nothing. */
  specOf(source: Source, element: Element | null): PortSpec | null {
    switch (source.kind) {
      case 'value':
        return specOfValue(source.value);
      case 'input':
        return this.specOfInput(source);
      case 'from':
        return this.specOfOutput(source);
      case 'item':
        return this.specOfItem(source, element);
      case 'list': {
        const items = this.common(source.items, element);
        return items && { type: 'list', items };
      }
      case 'first':
        return this.common(source.options, element);
      case 'not':
      case 'equals':
        this.report('misplaced-reference', source, `“${source.kind}” has a meaning in “when” only.`);
        return null;
    }
  }

  private specOfInput(source: Source & { kind: 'input' }): PortSpec | null {
    const { inputs } = this.surroundings;
    const spec = inputs.get(source.name);
    if (spec !== undefined) return spec;
    const suggestion = this.suggest(source.name, inputs.keys());
    return this.report(
      'unknown-input',
      source,
      `The pipeline has no input ${quoted(source.name)}${suggestion}`,
    );
  }

  private specOfOutput(source: Source & { kind: 'from' }): PortSpec | null {
    const outputs = this.surroundings.outputs.get(source.node);
    if (outputs === null) return null;
    if (outputs === undefined) {
      const suggestion = this.suggest(source.node, this.surroundings.outputs.keys());
      return this.report('unknown-node', source, `There is no node ${quoted(source.node)}${suggestion}`);
    }
    const spec = outputs.get(source.output);
    if (spec !== undefined) return spec;
    const suggestion = this.suggest(source.output, outputs.keys());
    const message = `The node ${quoted(source.node)} has no output ${quoted(source.output)}${suggestion}`;
    return this.report('unknown-output', source, message);
  }

  private specOfItem(source: Source & { kind: 'item' }, element: Element | null): PortSpec | null {
    if (element === null) {
      return this.report(
        'misplaced-reference',
        source,
        '“item” has a meaning only in a node with “forEach”.',
      );
    }
    if (element.name !== source.name) {
      const suggestion = this.suggest(source.name, [element.name]);
      return this.report(
        'unknown-item',
        source,
        `“forEach” does not name ${quoted(source.name)}${suggestion}`,
      );
    }
    if (source.position) return { type: 'integer', min: 0 };
    return isWritten(element.each) ? this.common(element.each, null) : element.each;
  }

  /** The spec that all of several sources fit, if need be after reporting those that do not. */
  private common(sources: readonly Source[], element: Element | null): PortSpec | null {
    const written = sources.filter((source) => source.kind === 'value');
    const referred = sources.filter((source) => source.kind !== 'value');
    const specs = referred.map((source) => this.specOf(source, element));
    if (!specs.every((spec) => spec !== null)) return null;
    const spec = specs.length > 0 ? widest(specs) : specOfItems(written.map(({ value }) => value));
    for (const { value, pointer } of written) this.checkValue(value, spec, pointer, 'the one beside it');
    specs.forEach((given, index) => {
      if (connectable(present(given), spec)) return;
      const message = `${typeName(given)} does not go with the one beside it, which is ${typeName(spec)}.`;
      this.report('incompatible', referred[index]!, message);
    });
    return spec;
  }

  private report(code: ProblemCode, { pointer }: Source, message: string): null {
    this.problems.push({ code, pointer, message: capitalised(message) });
    return null;
  }
}

/** The spec that takes what all others give; the first, if there is none. */
function widest(specs: readonly PortSpec[]): PortSpec {
  const kinds = [...new Map(specs.map((spec) => [typeName(spec), spec])).values()];
  return kinds.find((spec) => kinds.every((other) => connectable(present(other), spec))) ?? specs[0]!;
}

// A value that may be absent fits a port that needs one: the node is skipped when it is.
function present(spec: PortSpec): PortSpec {
  return spec.optional ? { ...spec, optional: undefined } : spec;
}

function isWritten(each: Element['each']): each is readonly Source[] {
  return Array.isArray(each);
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
