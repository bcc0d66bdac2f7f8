import { checkLiteral, defaultOf, type Json } from '@atelier/sdk';
import { pointerTo, quoted, type Problem } from './problem.js';
import { drawSeeds, type Draw } from './seeds.js';
import type { Pipeline } from './step.js';
import { createSuggest } from './suggest.js';

/** The values of a job's inputs by name, normalised; an optional one that was left out is missing. */
export type InputValues = Readonly<Record<string, Json>>;

/**
 * Holds what a caller gives against a pipeline's inputs and fills in defaults. Finds all errors at once. A file is given as a
 * `FileRef`; `null` counts as left out, except for an input of the type `json`.
 */
export function checkInputs(
  pipeline: Pick<Pipeline, 'inputs'>,
  given: Readonly<Record<string, Json>>,
): { values: InputValues } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const values: Record<string, Json> = {};
  const suggest = createSuggest();
  for (const name of Object.keys(given)) {
    if (pipeline.inputs.has(name)) continue;
    const message = `There is no input ${quoted(name)}${suggest(name, pipeline.inputs.keys())}`;
    problems.push({ code: 'undeclared-input', pointer: pointerTo([name]), message });
  }
  for (const [name, spec] of pipeline.inputs) {
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const value = own === undefined || (own === null && spec.type !== 'json') ? defaultOf(spec) : own;
    if (value === undefined) {
      if (spec.optional) continue;
      const message = `The input ${quoted(name)} is missing.`;
      problems.push({ code: 'missing-input', pointer: pointerTo([name]), message });
      continue;
    }
    const checked = checkLiteral(spec, value);
    if ('value' in checked) values[name] = checked.value;
    else {
      for (const { pointer, message } of checked.problems) {
        const subject = pointer === '' ? quoted(name) : `An item of ${quoted(name)}`;
        problems.push({
          code: 'invalid-value',
          pointer: pointerTo([name]) + pointer,
          message: `${subject} ${message}.`,
        });
      }
    }
  }
  return problems.length > 0 ? { problems } : { values };
}

/** The inputs with a seed drawn for each −1 that leads to a port for seeds. To be called once, before anything is hashed. */
export function drawInputSeeds(pipeline: Pipeline, values: InputValues, draw: Draw): InputValues {
  const drawn: Record<string, Json> = { ...values };
  for (const [name, value] of Object.entries(values)) {
    if (pipeline.seeds.has(name)) drawn[name] = drawSeeds(value, pipeline.inputs.get(name)!, draw);
  }
  return drawn;
}

/** The outputs that a job is asked for: all, unless it names some. */
export function checkTargets(
  pipeline: Pick<Pipeline, 'outputs'>,
  asked?: readonly string[],
): { targets: string[] } | { problems: Problem[] } {
  if (asked === undefined) return { targets: [...pipeline.outputs.keys()] };
  const suggest = createSuggest();
  const problems = asked.flatMap((name, index): Problem[] => {
    if (pipeline.outputs.has(name)) return [];
    const message = `There is no output ${quoted(name)}${suggest(name, pipeline.outputs.keys())}`;
    return [{ code: 'unknown-output', pointer: pointerTo([index]), message }];
  });
  if (asked.length === 0)
    problems.push({ code: 'no-output', pointer: '', message: 'Ask for at least one output.' });
  return problems.length > 0 ? { problems } : { targets: [...new Set(asked)] };
}
