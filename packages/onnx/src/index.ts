export type { ExecutionProvider, OnnxSession } from './session.js';
export type { FloatTensor, Tensor, TensorData, TensorInfo } from './tensor.js';
