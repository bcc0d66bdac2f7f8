import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DiffusionError } from '../diffusion-error.js';

/** A `config.json` as diffusers and transformers write them; what is absent has the default of its class. */
export type Config = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON file of a model; null when there is none. Infinity and NaN, which Python writes and JSON does not know, become strings.
 * @throws DiffusionError `model-invalid`
 */
export async function readConfig(folder: string, file: string): Promise<Config | null> {
  const text = await readFile(path.join(folder, file), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text.replace(/([:[,]\s*)(-?Infinity|NaN)(?=\s*[,}\]])/g, '$1"$2"')) as Config;
  } catch {
    throw new DiffusionError('model-invalid', `${file} is no JSON; fetch it again.`);
  }
}

export function numberOf(config: Config | null, name: string): number | null {
  const value = config?.[name];
  return typeof value === 'number' ? value : null;
}

export function listOf(config: Config | null, name: string): readonly unknown[] | null {
  const value = config?.[name];
  return Array.isArray(value) ? value : null;
}
