import type { SchedulerConfig } from './config-fields.js';
import { combine } from './linear-combination.js';
import type { DrawNoise } from './noise-scheduler.js';
import { SigmaScheduler } from './sigma-scheduler.js';
import { usualNoise } from './trained-noise.js';

/**
 * Euler's method that goes below the next noise level and comes back up with fresh noise; Katherine Crowson's k-diffusion,
 * diffusers/schedulers/scheduling_euler_ancestral_discrete.py.
 */
export class EulerAncestralScheduler extends SigmaScheduler {
  constructor(config: SchedulerConfig) {
    super(withoutGrid(config), { ...usualNoise, lastSignal: 2 ** -24 });
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    draw: DrawNoise,
  ): Float32Array {
    const sigma = this.sigmas[index]!;
    const next = this.sigmas[index + 1]!;
    const up = (next * Math.sqrt(sigma ** 2 - next ** 2)) / sigma;
    const change = Math.sqrt(next ** 2 - up ** 2) - sigma;
    const slope = this.slopeMixAt(sigma);
    // The reference draws for the last step too, where `up` is 0: later draws depend on it.
    return combine([1 + change * slope.sample, sample], [change * slope.predicted, predicted], [up, draw()]);
  }
}

/** The class of diffusers knows no grids, so a config that has one for another scheduler does not change its levels. */
function withoutGrid(config: SchedulerConfig): SchedulerConfig {
  return { ...config, use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false };
}
