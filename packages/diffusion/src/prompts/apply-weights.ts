/**
 * Multiplies each token's state by its weight, then brings the mean of the chunk back to what it was, in place
 * (AUTOMATIC1111, modules/sd_emphasis.py, `EmphasisOriginal`).
 *
 * @param states one chunk, tokens × width
 */
export function applyWeights(states: Float32Array, weights: readonly number[]): void {
  const before = sum(states);
  const width = states.length / weights.length;
  for (let i = 0; i < states.length; i++) states[i]! *= weights[Math.floor(i / width)]!;
  const scale = before / sum(states);
  // A mean that vanishes or changes its sign cannot be brought back.
  if (!(scale > 0 && scale < Infinity)) return;
  for (let i = 0; i < states.length; i++) states[i]! *= scale;
}

function sum(values: Float32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
