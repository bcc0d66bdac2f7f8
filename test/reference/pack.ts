import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const selection = import.meta.dirname;
const whole = process.env.ATELIER_REFERENCE ?? path.resolve(selection, '../../../shared/reference');

/** Whether the whole reference pack lies on this machine, and not only the selection that the project carries. */
export const hasWholePack = existsSync(path.join(whole, 'goldens/pipelines'));

const root = hasWholePack ? whole : selection;

/** A path in the reference pack: tiny real models, and what Hugging Face diffusers computes with them. */
export function referencePath(...names: string[]): string {
  return path.join(root, ...names);
}

/** The selection leaves out tensors of most runs. */
export function hasReference(...names: string[]): boolean {
  return existsSync(referencePath(...names));
}

export function readReferenceJson<Value>(...names: string[]): Value {
  return JSON.parse(readFileSync(referencePath(...names), 'utf8')) as Value;
}

/** Raw little-endian float32 values. */
export function readReferenceFloats(...names: string[]): Float32Array {
  const bytes = readFileSync(referencePath(...names));
  return new Float32Array(new Uint8Array(bytes).buffer);
}
