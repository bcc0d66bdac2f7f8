/**
 * Why a graph could not be loaded or run:
 * `missing-file` no model file, or a file of its weights is not there · `damaged` a file is cut off or no ONNX ·
 * `unsupported` it needs an operator, type or version that no provider here has · `no-provider` none of the providers asked for
 * works here · `inputs` what was fed does not fit · `out-of-memory` · `released` it was given back · `failed` anything else.
 */
export type OnnxErrorReason =
  | 'missing-file'
  | 'damaged'
  | 'unsupported'
  | 'no-provider'
  | 'inputs'
  | 'out-of-memory'
  | 'released'
  | 'failed';

/** An input that does not fit; null where one side does not have it. */
export interface InputMismatch {
  readonly name: string;
  /** for example `float16[batch, 4, height, width]` */
  readonly expected: string | null;
  readonly found: string | null;
}

/** Everything that sessions throw. The message is one sentence for people, without paths. */
export class OnnxError extends Error {
  constructor(
    readonly reason: OnnxErrorReason,
    message: string,
    /** the inputs that do not fit, when `reason` is `inputs` */
    readonly mismatches: readonly InputMismatch[] = [],
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'OnnxError';
  }
}
