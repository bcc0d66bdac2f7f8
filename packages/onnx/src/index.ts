export { OnnxError, type InputMismatch, type OnnxErrorReason } from './onnx-error.js';
export { openSession, type OpenOptions } from './open-session.js';
export { probeProviders, type ProviderProbe } from './providers.js';
export type { ExecutionProvider, OnnxSession } from './session.js';
export type { FloatTensor, Tensor, TensorData, TensorInfo } from './tensor.js';
