import type { InferenceSession } from 'onnxruntime-node';
import { castIn, castOut } from './cast.js';
import { checkFeeds } from './check-feeds.js';
import { OnnxError } from './onnx-error.js';
import { runError } from './native-error.js';
import type { ExecutionProvider, OnnxSession } from './session.js';
import type { Tensor, TensorInfo } from './tensor.js';

/** A session of the native library, with the casts that its graph asks for. */
export class RuntimeSession implements OnnxSession {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  private native: InferenceSession | undefined;

  constructor(
    native: InferenceSession,
    readonly provider: ExecutionProvider,
  ) {
    this.native = native;
    this.inputs = native.inputMetadata.map(tensorInfo);
    this.outputs = native.outputMetadata.map(tensorInfo);
  }

  async run(feeds: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>> {
    if (this.native === undefined)
      throw new OnnxError('released', 'The model was given back before it was run.');
    checkFeeds(this.inputs, feeds);
    try {
      const results = await this.native.run(this.cast(feeds));
      return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, castOut(result)]));
    } catch (error) {
      throw runError(error);
    }
  }

  async release(): Promise<void> {
    const native = this.native;
    this.native = undefined;
    await native?.release();
  }

  private cast(feeds: Readonly<Record<string, Tensor>>): InferenceSession.FeedsType {
    const tensors = this.inputs.map(({ name, type }) => [name, castIn(feeds[name]!, type)]);
    return Object.fromEntries(tensors) as InferenceSession.FeedsType;
  }
}

function tensorInfo(metadata: InferenceSession.ValueMetadata): TensorInfo {
  const { name } = metadata;
  return metadata.isTensor
    ? { name, type: metadata.type, dims: metadata.shape }
    : { name, type: 'no tensor', dims: [] };
}
