import { anyModel, checkLiteral, type Json, type PortSpec } from '@atelier/sdk';
import type { Pipeline } from '../../engine/step.js';
import type { ModelView } from './model-view.js';
import type { Models } from './models.service.js';

/**
 * The inputs that a caller gives, with what their model says itself for those that were left out. To be called before the inputs are
 * checked; a model that is not there or does not fit is left to that check.
 */
export function withModelDefaults(
  { inputs }: Pick<Pipeline, 'inputs'>,
  given: Readonly<Record<string, Json>>,
  models: Models,
): Record<string, Json> {
  const filled = { ...given };
  for (const [name, spec] of inputs) {
    if (!('defaultOf' in spec) || spec.defaultOf === undefined || (given[name] ?? null) !== null) continue;
    const value = modelOf(inputs.get(spec.defaultOf), given[spec.defaultOf], models)?.defaults[name];
    if (value !== undefined && 'value' in checkLiteral(spec, value)) filled[name] = value;
  }
  return filled;
}

function modelOf(
  spec: PortSpec | undefined,
  given: Json | undefined,
  models: Models,
): Pick<ModelView, 'defaults'> | undefined {
  if (spec?.type !== 'model') return undefined;
  const id = given ?? spec.default ?? anyModel;
  if (id === anyModel) return models.bestFor(spec);
  return models.list().find((model) => model.id === id);
}
