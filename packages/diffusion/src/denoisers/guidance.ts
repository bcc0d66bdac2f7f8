/**
 * Classifier-free guidance (Ho and Salimans, arXiv 2207.12598): `negative + scale · (positive − negative)`. `prediction` holds the
 * negative items, then as many positive ones.
 */
export function guide(prediction: Float32Array, scale: number): Float32Array {
  const half = prediction.length / 2;
  const guided = new Float32Array(half);
  for (let i = 0; i < half; i++) {
    const negative = prediction[i]!;
    guided[i] = negative + scale * (prediction[half + i]! - negative);
  }
  return guided;
}

/**
 * Brings the guided items back to the spread of the positive ones, by `share` of the way (section 3.4 of arXiv 2305.08891). Changes
 * `guided`.
 */
export function rescaleGuided(
  guided: Float32Array,
  prediction: Float32Array,
  items: number,
  share: number,
): void {
  const length = guided.length / items;
  for (let item = 0; item < items; item++) {
    const from = item * length;
    const part = guided.subarray(from, from + length);
    const positive = prediction.subarray(guided.length + from, guided.length + from + length);
    const factor = share * (deviation(positive) / deviation(part)) + (1 - share);
    for (let i = 0; i < length; i++) part[i]! *= factor;
  }
}

function deviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * How strongly LCM follows the prompt, as its UNet takes it (`get_guidance_scale_embedding` of
 * pipeline_latent_consistency_text2img.py). The angles go into the thousands, so they are rounded to float32 as torch does.
 */
export function guidanceEmbedding(guidanceScale: number, width: number): Float32Array {
  const { fround } = Math;
  const half = Math.floor(width / 2);
  const weight = fround(fround(guidanceScale - 1) * 1000);
  const step = fround(fround(Math.log(10_000)) / (half - 1));
  const embedding = new Float32Array(width);
  for (let i = 0; i < half; i++) {
    const angle = fround(weight * fround(Math.exp(fround(i * -step))));
    embedding[i] = Math.sin(angle);
    embedding[half + i] = Math.cos(angle);
  }
  return embedding;
}
