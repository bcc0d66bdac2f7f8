import { crc32 } from 'node:zlib';
import { Failure } from './failure.js';
import { isPlainObject, maxDepth } from './json.js';
import {
  elementBytes,
  isTypedArrayName,
  typedArrayName,
  viewTypedArray,
  type TypedArray,
  type TypedArrayName,
} from './typed-arrays.js';
import type { Json } from './values.js';

/*
 * The container, numbers little-endian, as the elements of the arrays are on every machine that ONNX Runtime supports:
 *
 *   0  8 bytes  "ATELIER" and the version of this format
 *   8  u32      length of the header in bytes, a multiple of 8
 *  12  u32      CRC-32 of everything after these 16 bytes
 *  16  header   JSON { arrays: [[kind, length], …], value }, filled up with spaces
 *      payload  the arrays one after the other, each filled up with zeros to a multiple of 8 bytes
 *
 * `value` is JSON, in which an object with the key "$" stands for what JSON cannot say (see `Tagged`).
 */
const magic = [0x41, 0x54, 0x45, 0x4c, 0x49, 0x45, 0x52, 1];
const preamble = 16;
const alignment = 8;

const unwritable = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

type Tagged =
  | { $: 'array'; index: number }
  | { $: 'bigint'; hex: string }
  | { $: 'number'; is: keyof typeof unwritable }
  | { $: 'undefined' }
  /** an object that itself has the key "$" */
  | { $: 'object'; of: Record<string, Json> };

interface Header {
  arrays: [kind: TypedArrayName, length: number][];
  value: Json;
}

/**
 * A value as bytes, for storing it or sending it to another process: null, undefined, booleans, numbers, bigints, strings,
 * typed arrays, and lists and plain objects of these. The order of keys does not matter: equal values give equal bytes.
 *
 * Throws `invalid-input` for anything else, an object with the key `__proto__`, and nesting beyond 100 levels.
 */
export function encodeValue(value: unknown): Uint8Array {
  const arrays: TypedArray[] = [];
  const tree = toTree(value, arrays, 0);
  const header: Header = {
    arrays: arrays.map((array) => [typedArrayName(array)!, array.length]),
    value: tree,
  };
  const head = Buffer.from(JSON.stringify(header));
  const headLength = aligned(head.length);
  const payload = arrays.reduce((bytes, array) => bytes + aligned(array.byteLength), 0);

  const bytes = new Uint8Array(preamble + headLength + payload);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, headLength, true);
  bytes.set(head, preamble);
  bytes.fill(0x20, preamble + head.length, preamble + headLength);
  let at = preamble + headLength;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  view.setUint32(12, crc32(bytes.subarray(preamble)), true);
  return bytes;
}

/**
 * The value that {@link encodeValue} was given; keys come back sorted, a Buffer as a Uint8Array and an object without a
 * prototype with one. Typed arrays are views of
 * `bytes` where they are aligned there, so `bytes` must not change afterwards.
 *
 * Throws `invalid-input` when the bytes are not what `encodeValue` made, for example cut off or altered.
 */
export function decodeValue(bytes: Uint8Array): unknown {
  if (bytes.length < preamble || magic.some((byte, index) => bytes[index] !== byte)) {
    throw damaged('they are not of this format or of a newer one');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, preamble);
  const headLength = view.getUint32(8, true);
  if (preamble + headLength > bytes.length) throw damaged('they are cut off');
  if (view.getUint32(12, true) !== crc32(bytes.subarray(preamble))) {
    throw damaged('they are cut off or altered');
  }
  const header = readHeader(bytes.subarray(preamble, preamble + headLength));
  const arrays = readArrays(header.arrays, bytes, preamble + headLength);
  return fromTree(header.value, arrays, 0);
}

function damaged(why: string): Failure {
  return new Failure('invalid-input', `The bytes of a stored value cannot be read: ${why}.`);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

function toTree(value: unknown, arrays: TypedArray[], depth: number): Json {
  switch (typeof value) {
    case 'boolean':
    case 'string':
      return value;
    case 'number':
      return numberToTree(value);
    case 'bigint': {
      const hex = (value < 0n ? '-' : '') + (value < 0n ? -value : value).toString(16);
      return { $: 'bigint', hex } satisfies Tagged;
    }
    case 'undefined':
      return { $: 'undefined' } satisfies Tagged;
    case 'object':
      return value === null ? null : objectToTree(value, arrays, depth);
    default:
      throw new Failure(
        'invalid-input',
        `A ${typeof value} cannot be stored; pass plain data between nodes.`,
      );
  }
}

function numberToTree(value: number): Json {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  const is = Object.is(value, -0) ? '-0' : (String(value) as keyof typeof unwritable);
  return { $: 'number', is } satisfies Tagged;
}

function objectToTree(value: object, arrays: TypedArray[], depth: number): Json {
  if (typedArrayName(value)) {
    arrays.push(value as TypedArray);
    return { $: 'array', index: arrays.length - 1 } satisfies Tagged;
  }
  if (depth === maxDepth) {
    throw new Failure('invalid-input', `A value nested deeper than ${maxDepth} levels cannot be stored.`);
  }
  if (Array.isArray(value)) return Array.from(value, (item) => toTree(item, arrays, depth + 1));
  if (!isPlainObject(value)) {
    throw new Failure(
      'invalid-input',
      'An instance of a class cannot be stored; pass plain data between nodes.',
    );
  }
  const tree: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    if (key === '__proto__') throw new Failure('invalid-input', 'A key named __proto__ cannot be stored.');
    tree[key] = toTree(value[key], arrays, depth + 1);
  }
  return Object.hasOwn(tree, '$') ? ({ $: 'object', of: tree } satisfies Tagged) : tree;
}

function readHeader(bytes: Uint8Array): Header {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged('their header is not JSON');
  }
  if (!isPlainObject(header) || !Array.isArray(header.arrays)) throw damaged('their header is incomplete');
  return header as unknown as Header;
}

/** Every size is held against the bytes that are there before anything is made of it. */
function readArrays(declared: readonly unknown[], bytes: Uint8Array, payload: number): TypedArray[] {
  let at = payload;
  const arrays = declared.map((entry) => {
    const [kind, length]: unknown[] = Array.isArray(entry) ? entry : [];
    if (!isTypedArrayName(kind) || !Number.isSafeInteger(length) || (length as number) < 0) {
      throw damaged('an array of an unknown kind or length');
    }
    const size = (length as number) * elementBytes(kind);
    if (size > bytes.length - at) throw damaged('an array is larger than the bytes that are there');
    const array = viewTypedArray(kind, bytes, at, length as number);
    at += aligned(size);
    return array;
  });
  if (at !== bytes.length) throw damaged('bytes are left over');
  return arrays;
}

function fromTree(tree: unknown, arrays: readonly TypedArray[], depth: number): unknown {
  if (typeof tree !== 'object' || tree === null) return tree;
  if (depth > maxDepth) throw damaged('they are nested too deeply');
  if (Array.isArray(tree)) return tree.map((item) => fromTree(item, arrays, depth + 1));
  if (Object.hasOwn(tree, '$')) return fromTagged(tree as Tagged, arrays, depth);
  return fromObject(tree, arrays, depth);
}

function fromTagged(tagged: Tagged, arrays: readonly TypedArray[], depth: number): unknown {
  switch (tagged.$) {
    case 'undefined':
      return undefined;
    case 'number':
      if (!Object.hasOwn(unwritable, tagged.is)) throw damaged('a number is of an unknown kind');
      return unwritable[tagged.is];
    case 'bigint':
      if (!/^-?[0-9a-f]+$/.test(tagged.hex)) throw damaged('an integer is not hexadecimal');
      return tagged.hex.startsWith('-') ? -BigInt(`0x${tagged.hex.slice(1)}`) : BigInt(`0x${tagged.hex}`);
    case 'array': {
      const array = Number.isSafeInteger(tagged.index) ? arrays[tagged.index] : undefined;
      if (!array) throw damaged('an array is not there');
      return array;
    }
    case 'object':
      if (isPlainObject(tagged.of)) return fromObject(tagged.of, arrays, depth);
  }
  throw damaged('a part is of an unknown kind');
}

function fromObject(tree: object, arrays: readonly TypedArray[], depth: number): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(tree)) {
    if (key === '__proto__') throw damaged('a key is named __proto__');
    value[key] = fromTree(item, arrays, depth + 1);
  }
  return value;
}
