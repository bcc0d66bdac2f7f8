import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** Changes the working directory of the process meanwhile, so that a file written by a relative path is found. */
export async function inEmptyFolder<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; strayFiles: string[] }> {
  if (!isMainThread) return { result: await work(), strayFiles: [] };
  const home = process.cwd();
  const folder = await mkdtemp(join(tmpdir(), 'atelier-empty-'));
  process.chdir(folder);
  try {
    const result = await work();
    return { result, strayFiles: await readdir(folder) };
  } finally {
    process.chdir(home);
    await rm(folder, { recursive: true });
  }
}
