import { anyModel, Failure, type Json } from '@atelier/sdk';
import type { Catalogue } from '../../engine/catalogue.js';
import type { Graph } from '../../engine/graph.js';
import type { InputValues } from '../../engine/inputs.js';
import {
  chooseIn,
  chooseModels,
  fits,
  takesModel,
  type ModelPort,
  type ModelWish,
} from '../../engine/model-choice.js';
import { invalidInputs, pointerTo, type Problem } from '../../engine/problem.js';
import type { Pipeline } from '../../engine/step.js';
import type { ModelView } from './model-view.js';
import type { Models } from './models.service.js';

/**
 * The inputs with a model in the place of each `auto`. To be called once, before anything is hashed.
 * @throws Failure `model-missing` when a model is not installed or none fits, `invalid-input` for one that is of the wrong kind
 */
export function chooseInputModels(
  { inputs }: Pick<Pipeline, 'inputs'>,
  values: InputValues,
  models: Models,
): InputValues {
  const problems: Problem[] = [];
  const chosen: Record<string, Json> = { ...values };
  for (const [name, spec] of inputs) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || !takesModel(spec)) continue;
    chosen[name] = chooseIn(spec, value, name, (port, id) => {
      const model = id === anyModel ? bestFor(port, models) : models.get(id);
      const message = misfit(port, model);
      if (message !== undefined)
        problems.push({ code: 'invalid-value', pointer: pointerTo([name]), message });
      return model.id;
    });
  }
  if (problems.length > 0) throw invalidInputs(problems);
  return chosen;
}

/**
 * The same for the models that stand in pipelines or are defaults of nodes. What is missing is left for the plan to report, for a
 * node may turn out not to be needed.
 * @throws Failure `invalid-input` for a model of the wrong kind
 */
export function chooseGraphModels(graph: Graph, catalogue: Pick<Catalogue, 'node'>, models: Models): Graph {
  return chooseModels(graph, catalogue, (port, id, at) => {
    if (id === anyModel) return models.bestFor(port)?.id;
    const message = models.catalogue.get(id) && misfit(port, models.get(id));
    if (message === undefined) return id;
    throw new Failure('invalid-input', `${at}: ${message}`, { model: id });
  });
}

function bestFor(port: ModelPort, models: Models): ModelView {
  const model = models.bestFor(port);
  if (model !== undefined) return model;
  const message = `No model ${wanted(port)} is installed; add one with “atelier models add FOLDER” or “atelier models pull REPO”.`;
  throw new Failure('model-missing', message, { families: port.families, capabilities: port.capabilities });
}

function misfit(port: ModelPort, model: ModelView): string | undefined {
  if (fits(port, model)) return undefined;
  const can = model.capabilities.length > 0 ? ` for ${listed(model.capabilities, 'and')}` : '';
  return `The model ${model.id} is of the family ${model.family}${can}; choose one ${wanted(port)}.`;
}

function wanted({ families = [], capabilities = [] }: ModelWish): string {
  const parts = [
    families.length > 0 ? `of the family ${listed(families, 'or')}` : '',
    capabilities.length > 0 ? `for ${listed(capabilities, 'and')}` : '',
  ];
  return parts.filter((part) => part !== '').join(' ') || 'of any kind';
}

function listed(words: readonly string[], last: string): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
