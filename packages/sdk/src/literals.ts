import { jsonProblem, kindOf, pointerTo, type JsonProblem } from './json.js';
import { fileProblem, listProblem } from './live-values.js';
import { acceptedMediaTypes } from './media-types.js';
import type { PortSpec } from './ports.js';
import { scalarProblem } from './scalars.js';
import { parseSeed, seedToJson } from './seed.js';
import type { FileRef, Json } from './values.js';

export type CheckedLiteral =
  | { value: Json }
  | {
      /** everything that is wrong, to be put after the name of the input: `must be at most 5`, `at /2 must be text` */
      problem: string;
      problems: readonly JsonProblem[];
    };

/**
 * Holds JSON that a pipeline or a request gives against a port, and normalises it, so that what means the same is the same:
 * a colour in lower case, a seed as a number where a double holds it and as a decimal string elsewhere.
 *
 * - image, mask, video, audio, file: a {@link FileRef}; a host puts it in the place of a file's id beforehand
 * - model: its id; whether it is installed is for the host to say
 * - seed: −1 to 2^64 − 1 as a whole number or a decimal string
 * - latents and conditioning cannot be written down
 *
 * An absent value is for `applyDefaults`; `null` is a value like any other and fits `json` only.
 */
export function checkLiteral(spec: PortSpec, json: Json): CheckedLiteral {
  const problems: JsonProblem[] = [];
  const value = normalise(spec, json, '', problems);
  if (problems.length === 0) return { value };
  const problem = problems
    .map(({ pointer, message }) => (pointer ? `at ${pointer} ${message}` : message))
    .join('; ');
  return { problem, problems };
}

function normalise(spec: PortSpec, json: Json, pointer: string, problems: JsonProblem[]): Json {
  const wrong = (message: string): Json => {
    problems.push({ pointer, message });
    return json;
  };
  switch (spec.type) {
    case 'list': {
      if (!Array.isArray(json)) return wrong(`must be a list, not ${kindOf(json)}`);
      const message = listProblem(spec, json.length);
      if (message) return wrong(message);
      return json.map((item: Json, index) =>
        normalise(spec.items, item, pointerTo(pointer, index), problems),
      );
    }
    case 'image':
    case 'mask':
    case 'video':
    case 'audio':
    case 'file': {
      const message = fileProblem(json, acceptedMediaTypes(spec)!);
      return message ? wrong(message) : fileJson(json as unknown as FileRef);
    }
    case 'latents':
    case 'conditioning':
      return wrong('cannot be written down; connect it to an output of a node');
    case 'model':
      return isModelId(json) ? json : wrong('must be the id of a model');
    case 'seed': {
      const seed = parseSeed(json);
      return seed === undefined
        ? wrong('must be a whole number or a decimal string from 0 to 2^64 − 1, or -1 to have one drawn')
        : seedToJson(seed);
    }
    case 'json': {
      const problem = jsonProblem(json, pointer);
      if (problem) problems.push(problem);
      return json;
    }
    default: {
      const message = scalarProblem(spec, json);
      if (message) return wrong(message);
      return spec.type === 'colour' ? (json as string).toLowerCase() : json;
    }
  }
}

function isModelId(json: Json): json is string {
  return typeof json === 'string' && /^[^\s\p{Cc}]{1,200}$/u.test(json);
}

function fileJson({ sha256, bytes, mediaType, name }: FileRef): Json {
  return { sha256, bytes, mediaType, name };
}
