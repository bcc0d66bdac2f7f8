import { OnnxError, openSession, type ExecutionProvider, type OnnxErrorReason } from '@atelier/onnx';
import { Failure, type FailureCode, type OnnxSession, type OnnxTensor, type OpenOptions } from '@atelier/sdk';
import type { DeviceKind } from '../engine/residency.js';
import { announceNativeCall } from './native-call.js';

/** A file of a model that is an ONNX graph. */
export interface GraphFile {
  model: string;
  /** as the model's manifest has it */
  name: string;
  path: string;
}

/** A session that was opened: on what, how long it took, and which providers were not taken for it. */
export interface OpenedSession {
  model: string;
  file: string;
  provider: ExecutionProvider;
  ms: number;
  passedOver: readonly { provider: ExecutionProvider; why: string }[];
}

const providersOf: Readonly<Record<DeviceKind, readonly ExecutionProvider[]>> = {
  cuda: ['cuda', 'webgpu', 'cpu'],
  webgpu: ['webgpu', 'cpu'],
  cpu: ['cpu'],
  host: ['cpu'],
};

/** What a first load or run may take: nothing is known of it but that a node has no more time than this, unless it says so. */
const unlearntMs = 600_000;

/** The longest that calls of a kind have taken so far. */
class LearntTimes {
  private readonly longest = new Map<string, number>();

  /** Announces the call and remembers how long it took. */
  async announce<Value>(kind: string, call: () => Promise<Value>): Promise<Value> {
    const learnt = this.longest.get(kind);
    const startedAt = performance.now();
    const value = await announceNativeCall(learnt === undefined ? unlearntMs : 3 * learnt + 30_000, call);
    this.longest.set(kind, Math.max(learnt ?? 0, performance.now() - startedAt));
    return value;
  }
}

/** Opens the sessions of one worker, on its device. */
export class Sessions {
  private readonly loads = new LearntTimes();
  private readonly providers: readonly ExecutionProvider[];
  private readonly cudaDevice: number;

  /**
   * @param deviceId such as `cuda:1`: the kind and, for CUDA, the card
   * @param opened told of each session
   */
  constructor(
    deviceId: string,
    private readonly opened: (session: OpenedSession) => void,
  ) {
    const [kind, index] = deviceId.split(':') as [DeviceKind, string];
    this.providers = providersOf[kind];
    this.cudaDevice = Number(index);
  }

  /** @throws Failure `model-invalid`, `out-of-memory`, `unavailable` */
  async open(file: GraphFile, { workingMemory }: OpenOptions = {}): Promise<OnnxSession> {
    const startedAt = performance.now();
    const passedOver: { provider: ExecutionProvider; why: string }[] = [];
    const options = {
      workingMemory,
      providers: this.providers,
      cudaDevice: this.cudaDevice,
      passedOver: (provider: ExecutionProvider, why: string) => void passedOver.push({ provider, why }),
    };
    try {
      const session = await this.loads.announce(file.path, () => openSession(file.path, options));
      const ms = Math.round(performance.now() - startedAt);
      this.opened({ model: file.model, file: file.name, provider: session.provider, ms, passedOver });
      return new AnnouncedSession(session, file);
    } catch (error) {
      throw failureOf(error, file, 'cannot be used');
    }
  }
}

/** A session whose runs are announced. Inputs of other sizes take other times, so each size learns its own. */
class AnnouncedSession implements OnnxSession {
  private readonly runs = new LearntTimes();

  constructor(
    private readonly session: OnnxSession,
    private readonly file: GraphFile,
  ) {}

  get inputs(): OnnxSession['inputs'] {
    return this.session.inputs;
  }

  get outputs(): OnnxSession['outputs'] {
    return this.session.outputs;
  }

  get provider(): OnnxSession['provider'] {
    return this.session.provider;
  }

  async run(feeds: Readonly<Record<string, OnnxTensor>>): Promise<Record<string, OnnxTensor>> {
    const sizes = Object.values(feeds).map(({ dims }) => dims.join());
    try {
      return await this.runs.announce(sizes.join(' '), () => this.session.run(feeds));
    } catch (error) {
      throw failureOf(error, this.file, 'failed');
    }
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

const codes: Readonly<Record<OnnxErrorReason, FailureCode>> = {
  'missing-file': 'model-invalid',
  damaged: 'model-invalid',
  unsupported: 'model-invalid',
  inputs: 'model-invalid',
  'no-provider': 'unavailable',
  'out-of-memory': 'out-of-memory',
  released: 'internal',
  failed: 'node-failed',
};

function failureOf(error: unknown, { model, name }: GraphFile, what: string): unknown {
  if (!(error instanceof OnnxError)) return error;
  const { reason, mismatches } = error;
  const inputs = mismatches.length > 0 ? { inputs: mismatches } : {};
  const details = { model, file: name, reason, ...inputs };
  const message = `The file ${name} of the model ${model} ${what}: ${error.message}`;
  return new Failure(codes[reason], message, details, { cause: error });
}
