import { readFile } from 'node:fs/promises';
import type { Json } from '@atelier/sdk';
import { parseJson } from '../engine/json.js';
import { CommandError } from './command-error.js';

/** A pipeline's JSON with all its digits. @throws CommandError when the file cannot be read, Failure when it is not JSON */
export async function readPipelineFile(file: string): Promise<Json> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(`There is no file ${file} that can be read.`);
  });
  return parseJson(text);
}
