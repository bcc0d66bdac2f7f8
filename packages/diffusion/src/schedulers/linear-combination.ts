import { DiffusionError } from '../diffusion-error.js';

export type Term = readonly [factor: number, values: Float32Array];

/** What the longest step, of a stochastic or corrected third order, is the sum of. */
const MOST_TERMS = 5;

/**
 * The sum of all factor × values, in float64 and rounded once.
 * @param terms 1 to 5
 * @throws DiffusionError `invalid-input` when the values are not of one size
 */
export function combine(...terms: readonly Term[]): Float32Array {
  if (terms.length > MOST_TERMS) throw new RangeError(`A sum has at most ${MOST_TERMS} terms.`);
  const [first, second, third, fourth, fifth] = terms;
  const [, values] = first!;
  const other = terms.find((term) => term[1].length !== values.length);
  if (other) {
    const sizes = `${values.length} and ${other[1].length}`;
    throw new DiffusionError('invalid-input', `Sample, prediction and noise must be of one size: ${sizes}.`);
  }
  const nothing: Term = [0, values];
  return sum(first!, second ?? nothing, third ?? nothing, fourth ?? nothing, fifth ?? nothing);
}

/** One loop over a fixed number of terms is three times as fast as one over lists. */
function sum([a, v]: Term, [b, w]: Term, [c, x]: Term, [d, y]: Term, [e, z]: Term): Float32Array {
  const result = new Float32Array(v.length);
  for (let i = 0; i < result.length; i++) {
    result[i] = a * v[i]! + b * w[i]! + c * x[i]! + d * y[i]! + e * z[i]!;
  }
  return result;
}
