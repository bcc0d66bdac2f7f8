import type { InferenceSession } from 'onnxruntime-node';
import { loadError } from './native-error.js';
import { oneNodeModel } from './one-node-model.js';
import { loadRuntime } from './runtime.js';
import type { ExecutionProvider } from './session.js';

/** Whether an execution provider works in this process, and why not. */
export type ProviderProbe =
  | { readonly provider: ExecutionProvider; readonly available: true }
  | { readonly provider: ExecutionProvider; readonly available: false; readonly why: string };

/** The fastest first. */
export const allProviders: readonly ExecutionProvider[] = ['cuda', 'webgpu', 'cpu'];

const probes = new Map<string, Promise<ProviderProbe>>();

/**
 * Tries each provider with a sum of two numbers, once per process. Blocks the thread meanwhile, up to seconds for a graphics card.
 * @param cudaDevice which of several graphics cards CUDA takes, from 0
 */
export function probeProviders(
  names: readonly ExecutionProvider[] = allProviders,
  cudaDevice = 0,
): Promise<readonly ProviderProbe[]> {
  return Promise.all(names.map((name) => probeOnce(name, cudaDevice)));
}

/** The provider as the native library wants to be told of it. */
export function providerOption(
  provider: ExecutionProvider,
  cudaDevice = 0,
): InferenceSession.ExecutionProviderConfig {
  return provider === 'cuda' ? { name: 'cuda', deviceId: cudaDevice } : provider;
}

function probeOnce(provider: ExecutionProvider, cudaDevice: number): Promise<ProviderProbe> {
  const key = `${provider}:${cudaDevice}`;
  const known = probes.get(key) ?? probe(provider, cudaDevice);
  probes.set(key, known);
  return known;
}

async function probe(provider: ExecutionProvider, cudaDevice: number): Promise<ProviderProbe> {
  try {
    await addOnce(providerOption(provider, cudaDevice));
    return { provider, available: true };
  } catch (error) {
    return { provider, available: false, why: whyNot(provider, error) };
  }
}

/** A real kernel has to run: a GPU that is too new or too old for the library is found only then. */
async function addOnce(provider: InferenceSession.ExecutionProviderConfig): Promise<void> {
  const { InferenceSession, Tensor } = await loadRuntime();
  const session = await InferenceSession.create(oneNodeModel('Add'), { executionProviders: [provider] });
  try {
    const one = new Tensor('float32', Float32Array.of(1), [1]);
    const { z } = await session.run({ x: one, y: one });
    if (z?.data[0] !== 2) throw new Error(`1 + 1 gave ${String(z?.data[0])}`);
  } finally {
    await session.release();
  }
}

function whyNot(provider: ExecutionProvider, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/backend not found/i.test(message)) return 'ONNX Runtime does not have it on this platform';
  if (/Failed to load shared library/i.test(message)) {
    return 'its library, or the CUDA 12 or cuDNN 9 it needs, is not installed (`npm run cuda` fetches the library)';
  }
  if (provider === 'webgpu' && /adapter/i.test(message))
    return 'there is no graphics adapter with a driver for it';
  return loadError(error).message;
}
