import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from './command-error.js';

/** The key of whoever runs the server; who may read it in ATELIER_HOME may do everything anyway. */
export async function ownerKey(home: string): Promise<string> {
  const key = await readFile(path.join(home, 'owner.key'), 'utf8').catch(() => '');
  if (key.trim() !== '') return key.trim();
  throw new CommandError(
    'The file owner.key in ATELIER_HOME cannot be read; run this as the user who runs the server.',
  );
}
