import type { Catalogue } from './catalogue.js';
import type { Binding, Graph } from './graph.js';
import { takesModel } from './model-choice.js';

/** The ids of the models that the nodes of a graph are given, sorted. */
export function modelsUsed({ nodes }: Graph, catalogue: Pick<Catalogue, 'node'>): string[] {
  const ids = new Set<string>();
  for (const { type, version, inputs } of Object.values(nodes)) {
    const specs = catalogue.node(type, version)?.inputs;
    for (const [name, binding] of Object.entries(inputs)) {
      const spec = specs?.get(name);
      if (spec !== undefined && takesModel(spec)) for (const id of wordsIn(binding)) ids.add(id);
    }
  }
  return [...ids].sort();
}

function wordsIn(binding: Binding): string[] {
  if (binding.kind === 'list') return binding.items.flatMap(wordsIn);
  if (binding.kind !== 'value') return [];
  return [binding.value].flat().filter((value) => typeof value === 'string');
}
