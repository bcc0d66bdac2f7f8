import {
  Failure,
  parseSeed,
  seedToJson,
  type FileRef,
  type Image,
  type Mask,
  type PortSpec,
} from '@atelier/sdk';
import { maskFromImage } from '../runtime/images.js';
import type { ModelCatalogue } from '../runtime/models/catalogue.js';
import type { Values } from './values.js';

export interface Coercions {
  values: Values;
  models: ModelCatalogue;
}

/**
 * Makes of a value what a port of this type carries, where the engine lets such ports be connected: a file becomes the picture
 * in it, a picture a file or a mask, a number a seed, one value a list of one. Anything else stays, for the check to judge.
 */
export async function coerce(spec: PortSpec, value: unknown, tools: Coercions): Promise<unknown> {
  switch (spec.type) {
    case 'list':
      return Promise.all(
        (Array.isArray(value) ? value : [value]).map((item) => coerce(spec.items, item, tools)),
      );
    case 'image':
      return isFile(value) ? tools.values.readImage(value.sha256) : value;
    case 'mask':
      if (isFile(value)) return tools.values.readMask(value.sha256);
      return isImage(value) ? maskFromImage(value) : value;
    case 'file':
      if (isImage(value) || isMask(value)) return tools.values.writeImage(value);
      return isMedia(value) ? value.file : value;
    case 'video':
    case 'audio':
      if (isFile(value)) throw new Failure('unsupported-media', `Files cannot be read as ${spec.type} here.`);
      return value;
    case 'seed':
      return seedOf(value);
    case 'json':
      return jsonOf(value);
    case 'model':
      return typeof value === 'string' ? { id: value, sha256: tools.models.require(value).sha256 } : value;
    default:
      return value;
  }
}

/** Numbers that nodes have reckoned may be negative: those wrap. */
function seedOf(value: unknown): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt.asUintN(64, BigInt(value));
  return typeof value === 'string' ? (parseSeed(value) ?? value) : value;
}

function jsonOf(value: unknown): unknown {
  if (typeof value === 'bigint') return seedToJson(value);
  return Array.isArray(value) && value.some((item) => typeof item !== 'string') ? value.map(jsonOf) : value;
}

function has(value: unknown, ...keys: string[]): boolean {
  return typeof value === 'object' && value !== null && keys.every((key) => key in value);
}

function isFile(value: unknown): value is FileRef {
  return has(value, 'sha256', 'mediaType');
}

function isImage(value: unknown): value is Image {
  return has(value, 'width', 'height', 'channels', 'data');
}

function isMask(value: unknown): value is Mask {
  return has(value, 'width', 'height', 'data') && !has(value, 'channels');
}

function isMedia(value: unknown): value is { file: FileRef } {
  return has(value, 'file') && isFile((value as { file: unknown }).file);
}
