import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';

/** A driver's own work, and what CUDA takes in each process that uses a card. */
const reservedMiB = 600;
const query = ['--query-gpu=memory.free', '--format=csv,noheader,nounits'];
const queryTimeoutMs = 10_000;

/**
 * The memory in MiB that models may take on each NVIDIA card of this machine, in the order of the bus. None where there is no
 * driver, or where `npm run cuda` has not fetched what ONNX Runtime needs to use the cards.
 */
export async function graphicsCards(): Promise<number[]> {
  if (!(await hasCudaProvider())) return [];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: queryTimeoutMs });
    return readFreeMemory(stdout);
  } catch {
    return [];
  }
}

/** @param table one number a line, as nvidia-smi prints it */
export function readFreeMemory(table: string): number[] {
  return table
    .split('\n')
    .map((line) => Number.parseInt(line, 10) - reservedMiB)
    .filter((memoryMiB) => memoryMiB > 0);
}

async function hasCudaProvider(): Promise<boolean> {
  const runtime = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const libraries = await readdir(path.join(runtime, 'bin/napi-v6', process.platform, process.arch)).catch(
    () => [],
  );
  return libraries.some((name) => name.includes('providers_cuda'));
}
