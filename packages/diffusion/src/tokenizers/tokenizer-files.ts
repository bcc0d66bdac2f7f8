import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DiffusionError } from '../diffusion-error.js';

export type Json = Readonly<Record<string, unknown>>;

/** The files of a tokenizer folder, which its errors name as `<folder>/<file>`. */
export class TokenizerFiles {
  constructor(private readonly folder: string) {}

  label(name: string): string {
    return `${path.basename(this.folder)}/${name}`;
  }

  /** The text of a file, or null when there is none. */
  async text(name: string): Promise<string | null> {
    try {
      return await readFile(path.join(this.folder, name), 'utf8');
    } catch (error) {
      if (isMissing(error)) return null;
      throw new DiffusionError('model-invalid', `${this.label(name)} cannot be read; check its permissions.`);
    }
  }

  /** A JSON object, or null when there is no such file. */
  async json(name: string): Promise<Json | null> {
    const text = await this.text(name);
    if (text === null) return null;
    const value = parsed(text);
    if (isObject(value)) return value;
    throw this.damaged(name, 'is no JSON object');
  }

  damaged(name: string, why: string): DiffusionError {
    return new DiffusionError(
      'model-invalid',
      `${this.label(name)} ${why}; it is damaged or was not downloaded to its end. Fetch it again.`,
    );
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** ENOTDIR: what should be the folder is a file. */
function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
