import { stat } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { loadError } from './native-error.js';
import { OnnxError } from './onnx-error.js';
import { allProviders, probeProviders, providerOption } from './providers.js';
import { loadRuntime } from './runtime.js';
import { RuntimeSession } from './runtime-session.js';
import type { ExecutionProvider, OnnxSession } from './session.js';
import { usableCores } from './threads.js';

export interface OpenOptions {
  /** In the order of preference; the first that works here and can run the graph is taken. All, the fastest first, if left out. */
  providers?: readonly ExecutionProvider[];
  /** Threads of the CPU provider; the cores that this process may use, if left out. */
  threads?: number;
  /** Which of several graphics cards CUDA takes, from 0. */
  cudaDevice?: number;
  /**
   * What becomes of the memory that a run needs beside the weights: `kept` for the next run, which then need not ask for it page by
   * page, or `returned`, for a graph that runs once in a while. `kept` if left out.
   */
  workingMemory?: 'kept' | 'returned';
  /** Told of each provider that was not taken, and why. */
  passedOver?(provider: ExecutionProvider, why: string): void;
}

/** What another provider may be able to do; damage and missing files are the same for all, and memory is for the caller to decide on. */
const worthAnother: ReadonlySet<string> = new Set(['unsupported', 'failed']);

/**
 * Loads a graph from its file, so that weights in files beside it are found. Blocks the thread meanwhile.
 * @throws OnnxError
 */
export async function openSession(path: string, options: OpenOptions = {}): Promise<OnnxSession> {
  const { providers = allProviders, passedOver } = options;
  const file = await stat(path).catch(() => null);
  if (file?.isFile() !== true) throw new OnnxError('missing-file', 'The file of the model is missing.');
  let last = new OnnxError('no-provider', 'No execution provider was asked for.');
  for (const provider of providers) {
    try {
      await refuseUnavailable(provider, options);
      const session = await create(path, provider, options);
      return new RuntimeSession(session, provider);
    } catch (error) {
      last = loadError(error);
      if (last.reason !== 'no-provider' && !worthAnother.has(last.reason)) throw last;
      passedOver?.(provider, last.message);
    }
  }
  throw last;
}

async function refuseUnavailable(provider: ExecutionProvider, { cudaDevice }: OpenOptions): Promise<void> {
  const [probe] = await probeProviders([provider], cudaDevice);
  if (probe?.available === false)
    throw new OnnxError(
      'no-provider',
      `The execution provider ${provider} does not work here: ${probe.why}.`,
    );
}

async function create(
  path: string,
  provider: ExecutionProvider,
  { threads = usableCores(), cudaDevice, workingMemory }: OpenOptions,
): Promise<InferenceSession> {
  const { InferenceSession } = await loadRuntime();
  const chosen = providerOption(provider, cudaDevice);
  return InferenceSession.create(path, {
    executionProviders: provider === 'cpu' ? [chosen] : [chosen, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: workingMemory !== 'returned',
    logSeverityLevel: 4,
    // Threads that wait for work would take the processor from the server and from one another.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
}
