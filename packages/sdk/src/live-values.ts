import { isPlainObject, jsonProblem, kindOf, pointerTo } from './json.js';
import { acceptedMediaTypes, mediaTypesMeet } from './media-types.js';
import type { PortSpec, SpecOf } from './ports.js';
import { scalarProblem } from './scalars.js';
import { maxSeed } from './seed.js';
import { typedArrayName } from './typed-arrays.js';

/**
 * What keeps a value that a node receives or returned from fitting its port, as the end of a sentence that begins with the
 * port's name; undefined when it fits.
 */
export function checkValue(spec: PortSpec, value: unknown): string | undefined {
  if (value === undefined) return spec.optional ? undefined : 'is missing';
  switch (spec.type) {
    case 'image':
      return imageProblem(value);
    case 'mask':
      return maskProblem(value);
    case 'video':
    case 'audio':
      return mediaProblem(spec.type, value);
    case 'file':
      return fileProblem(value, acceptedMediaTypes(spec)!);
    case 'latents':
      return tensorProblem(value) ?? wordProblem(value, 'space');
    case 'conditioning':
      return conditioningProblem(value);
    case 'model':
      return wordProblem(value, 'id') ?? digestProblem(value);
    case 'seed':
      return typeof value === 'bigint' && value >= 0n && value <= maxSeed
        ? undefined
        : 'must be a bigint from 0 to 2^64 − 1';
    case 'json': {
      const problem = jsonProblem(value);
      return problem && (problem.pointer ? `at ${problem.pointer} ${problem.message}` : problem.message);
    }
    case 'list':
      return elementsProblem(spec, value);
    default:
      return scalarProblem(spec, value);
  }
}

/** What is wrong with how many elements a list has. */
export function listProblem(
  { minItems = 0, maxItems = Infinity }: { minItems?: number; maxItems?: number },
  length: number,
): string | undefined {
  if (length < minItems) return `must have at least ${minItems} ${minItems === 1 ? 'element' : 'elements'}`;
  return length > maxItems ? `must have at most ${maxItems} elements, not ${length}` : undefined;
}

/** What keeps a value from being a FileRef of one of these media types. */
export function fileProblem(value: unknown, accepted: readonly string[]): string | undefined {
  if (!isPlainObject(value)) return `must be a stored file, not ${kindOf(value)}`;
  const { bytes, mediaType, name } = value;
  const digest = digestProblem(value);
  if (digest) return digest;
  if (!isCount(bytes, 0)) return 'must be a file with a number of bytes';
  if (typeof name !== 'string' || !/^[^/\\\p{Cc}]{1,255}$/u.test(name)) {
    return 'must be a file whose name has no folder, from 1 to 255 characters';
  }
  if (typeof mediaType !== 'string') return 'must be a file with a media type';
  return mediaTypesMeet([mediaType], accepted)
    ? undefined
    : `must be a file of type ${accepted.join(' or ')}, not ${mediaType}`;
}

function elementsProblem(spec: SpecOf<'list'>, value: unknown): string | undefined {
  if (!Array.isArray(value)) return `must be a list, not ${kindOf(value)}`;
  const message = listProblem(spec, value.length);
  if (message) return message;
  for (const [index, item] of value.entries()) {
    const problem = checkValue(spec.items, item);
    if (problem) return `at ${pointerTo('', index)} ${problem}`;
  }
  return undefined;
}

function imageProblem(value: unknown): string | undefined {
  if (!isPlainObject(value)) return `must be an image, not ${kindOf(value)}`;
  const { width, height, channels } = value;
  if (channels !== 3 && channels !== 4) return 'must be an image with 3 or 4 channels';
  return pixelsProblem(value, 'width × height × channels', Number(width) * Number(height) * channels);
}

function maskProblem(value: unknown): string | undefined {
  if (!isPlainObject(value)) return `must be a mask, not ${kindOf(value)}`;
  return pixelsProblem(value, 'width × height', Number(value.width) * Number(value.height));
}

function pixelsProblem(
  { width, height, data }: Record<string, unknown>,
  formula: string,
  bytes: number,
): string | undefined {
  if (!isCount(width, 1) || !isCount(height, 1))
    return 'must have a whole width and height of at least 1 pixel';
  if (typedArrayName(data) !== 'Uint8Array') return 'must have its pixels in a Uint8Array';
  const { length } = data as Uint8Array;
  return length === bytes ? undefined : `must have ${formula} = ${bytes} bytes of data, not ${length}`;
}

const tensorArrays = ['Float32Array', 'Uint16Array', 'Int32Array', 'BigInt64Array', 'Uint8Array'];

function tensorProblem(value: unknown): string | undefined {
  if (!isPlainObject(value)) return `must be a tensor, not ${kindOf(value)}`;
  const { dims, data } = value;
  if (!Array.isArray(dims) || !dims.every((dim) => isCount(dim, 0)))
    return 'must have dims, a list of whole numbers';
  const kind = typedArrayName(data);
  if (!kind || !tensorArrays.includes(kind)) return `must have its data in one of ${tensorArrays.join(', ')}`;
  const elements = dims.reduce<number>((product, dim: number) => product * dim, 1);
  const { length } = data as Uint8Array;
  return length === elements
    ? undefined
    : `must have as many elements as its dims [${dims.join(', ')}] say, ${elements}, not ${length}`;
}

function conditioningProblem(value: unknown): string | undefined {
  if (!isPlainObject(value) || !isPlainObject(value.tensors))
    return 'must have tensors, an object of tensors by name';
  for (const [name, tensor] of Object.entries(value.tensors)) {
    const problem = tensorProblem(tensor);
    if (problem) return `at ${pointerTo('/tensors', name)} ${problem}`;
  }
  return undefined;
}

function mediaProblem(type: 'video' | 'audio', value: unknown): string | undefined {
  if (!isPlainObject(value)) return `must be ${type}, not ${kindOf(value)}`;
  const problem = fileProblem(value.file, [`${type}/*`]);
  if (problem) return `at /file ${problem}`;
  const counts = type === 'video' ? ['width', 'height', 'frames'] : ['sampleRate', 'channels'];
  const wrong = counts.find((name) => !isCount(value[name], 1));
  if (wrong) return `at /${wrong} must be a whole number of at least 1`;
  const measure = type === 'video' ? 'fps' : 'duration';
  const amount = value[measure];
  return typeof amount === 'number' && amount > 0 && Number.isFinite(amount)
    ? undefined
    : `at /${measure} must be a number above 0`;
}

function wordProblem(value: unknown, name: string): string | undefined {
  const word = isPlainObject(value) ? value[name] : undefined;
  return typeof word === 'string' && word !== '' ? undefined : `must have ${name}, a word`;
}

function digestProblem(value: unknown): string | undefined {
  const digest = isPlainObject(value) ? value.sha256 : undefined;
  return typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest)
    ? undefined
    : 'must have sha256, 64 lower-case hex digits';
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
