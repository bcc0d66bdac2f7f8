import { Failure } from '@atelier/sdk';
import { childrenOf } from './binding.js';
import type { Binding } from './graph.js';
import { maxBindingDepth, maxGraphCharacters } from './limits.js';

interface Measure {
  characters: number;
  depth: number;
}

/**
 * Keeps a graph within bounds while it is made. Bindings share their parts in memory, but not as JSON: a few pipelines that
 * each give their input twice, used by one another, would fill the disk.
 */
export class BindingMeter {
  private readonly measures = new WeakMap<Binding, Measure>();
  private characters = 0;

  /** To be called for each new binding, after those it is made of. Throws `too-large` when it is nested too deep. */
  checked(binding: Binding): Binding {
    if (this.measure(binding).depth <= maxBindingDepth) return binding;
    throw new Failure(
      'too-large',
      'The pipelines that this one uses nest lists too deeply; use fewer of them.',
    );
  }

  /** To be called for each place of the graph where a binding stands. Throws `too-large` when they come to too much. */
  counted(binding: Binding): Binding {
    this.characters += this.measure(binding).characters;
    if (this.characters <= maxGraphCharacters) return binding;
    const most = maxGraphCharacters / 2 ** 20;
    throw new Failure(
      'too-large',
      `With these inputs the pipeline comes to more than ${most} MiB; give it less.`,
    );
  }

  private measure(binding: Binding): Measure {
    const known = this.measures.get(binding);
    if (known) return known;
    const measure = { characters: 40, depth: 1 };
    if (binding.kind === 'value') measure.characters += JSON.stringify(binding.value).length;
    if (binding.kind === 'from') measure.characters += binding.node.length + binding.output.length;
    for (const child of childrenOf(binding)) {
      const { characters, depth } = this.measure(child);
      measure.characters += characters;
      measure.depth = Math.max(measure.depth, depth + 1);
    }
    this.measures.set(binding, measure);
    return measure;
  }
}
