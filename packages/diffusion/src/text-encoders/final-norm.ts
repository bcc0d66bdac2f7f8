/** What transformers' CLIP configuration has as `layer_norm_eps`. */
const epsilon = 1e-5;

/**
 * Applies the final layer norm of a text encoder to the states of an earlier layer. Its gain and bias are hidden in the graph, but
 * follow, one pair per channel, from the states of the last layer before and after it by least squares.
 *
 * @param states tokens × width, of the earlier layer
 * @param before tokens × width, of the last layer
 * @param after tokens × width, `before` with the norm applied
 * @param width states per token
 */
export function applyFinalNorm(
  states: Float32Array,
  before: Float32Array,
  after: Float32Array,
  width: number,
): Float32Array {
  const normed = standardised(states, width);
  const known = standardised(before, width);
  const result = new Float32Array(states.length);
  for (let channel = 0; channel < width; channel++) {
    const { gain, bias } = fitted(known, after, channel, width);
    for (let i = channel; i < states.length; i += width) result[i] = normed[i]! * gain + bias;
  }
  return result;
}

/** Each token with mean 0 and variance 1. */
function standardised(states: Float32Array, width: number): Float64Array {
  const result = new Float64Array(states.length);
  for (let start = 0; start < states.length; start += width) {
    let mean = 0;
    for (let i = start; i < start + width; i++) mean += states[i]! / width;
    let variance = 0;
    for (let i = start; i < start + width; i++) variance += (states[i]! - mean) ** 2 / width;
    const scale = 1 / Math.sqrt(variance + epsilon);
    for (let i = start; i < start + width; i++) result[i] = (states[i]! - mean) * scale;
  }
  return result;
}

/** The line through the values of one channel. */
function fitted(
  x: Float64Array,
  y: Float32Array,
  channel: number,
  width: number,
): { gain: number; bias: number } {
  const count = x.length / width;
  let meanX = 0;
  let meanY = 0;
  for (let i = channel; i < x.length; i += width) {
    meanX += x[i]! / count;
    meanY += y[i]! / count;
  }
  let covariance = 0;
  let variance = 0;
  for (let i = channel; i < x.length; i += width) {
    covariance += (x[i]! - meanX) * (y[i]! - meanY);
    variance += (x[i]! - meanX) ** 2;
  }
  const gain = variance === 0 ? 0 : covariance / variance;
  return { gain, bias: meanY - gain * meanX };
}
