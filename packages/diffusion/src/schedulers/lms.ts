import type { SchedulerConfig } from './config-fields.js';
import { combine, type Term } from './linear-combination.js';
import type { DrawNoise } from './noise-scheduler.js';
import { SigmaScheduler } from './sigma-scheduler.js';
import { usualNoise } from './trained-noise.js';

const ORDER = 4;

/**
 * A linear multistep method over noise levels; Katherine Crowson's k-diffusion,
 * diffusers/schedulers/scheduling_lms_discrete.py.
 */
export class LmsScheduler extends SigmaScheduler {
  /** Newest first. */
  #slopes: Float32Array[] = [];

  constructor(config: SchedulerConfig) {
    super(config, usualNoise);
  }

  protected override restart(): void {
    this.#slopes = [];
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    _draw: DrawNoise,
  ): Float32Array {
    const mix = this.slopeMixAt(this.sigmas[index]!);
    const slope = combine([mix.sample, sample], [mix.predicted, predicted]);
    this.#slopes = [slope, ...this.#slopes.slice(0, ORDER - 1)];
    // In the middle of a schedule the reference weighs as if it had the slopes of the steps before.
    const order = Math.min(index + 1, ORDER);
    const terms: Term[] = this.#slopes
      .slice(0, order)
      .map((one, i) => [weight(this.sigmas, index, order, i), one]);
    return combine([1, sample], ...terms);
  }
}

/** The integral over a step of the Lagrange polynomial that is 1 at level `index - which` and 0 at the other levels. */
function weight(sigmas: Float64Array, index: number, order: number, which: number): number {
  const polynomial = (sigma: number) => {
    let product = 1;
    for (let k = 0; k < order; k++) {
      if (k === which) continue;
      product *= (sigma - sigmas[index - k]!) / (sigmas[index - which]! - sigmas[index - k]!);
    }
    return product;
  };
  // Gauss's rule of two points, which is exact up to the third degree.
  const half = (sigmas[index + 1]! - sigmas[index]!) / 2;
  const middle = sigmas[index]! + half;
  const distance = half / Math.sqrt(3);
  return half * (polynomial(middle - distance) + polynomial(middle + distance));
}
