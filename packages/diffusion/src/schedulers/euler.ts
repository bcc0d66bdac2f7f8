import { choiceField, numberField, type SchedulerConfig } from './config-fields.js';
import { toFloat32 } from './numpy.js';
import { combine } from './linear-combination.js';
import type { DrawNoise } from './noise-scheduler.js';
import { SigmaScheduler, type SigmaBounds } from './sigma-scheduler.js';
import { usualNoise } from './trained-noise.js';

/**
 * Euler's method, algorithm 2 of https://arxiv.org/abs/2206.00364 without churn;
 * diffusers/schedulers/scheduling_euler_discrete.py.
 */
export class EulerScheduler extends SigmaScheduler {
  protected override readonly bounds: SigmaBounds;
  readonly #endsClean: boolean;
  readonly #hasContinuousTimes: boolean;

  constructor(config: SchedulerConfig) {
    super(config, { ...usualNoise, lastSignal: 2 ** -24 });
    choiceField(config, 'interpolation_type', ['linear'], 'linear');
    this.bounds = {
      smallest: numberField(config, 'sigma_min', null),
      largest: numberField(config, 'sigma_max', null),
    };
    this.#endsClean = choiceField(config, 'final_sigmas_type', ['zero', 'sigma_min'], 'zero') === 'zero';
    const timeType = choiceField(config, 'timestep_type', ['discrete', 'continuous'], 'discrete');
    this.#hasContinuousTimes = timeType === 'continuous' && this.prediction === 'v_prediction';
  }

  protected override get lastSigma(): number {
    return this.#endsClean ? 0 : this.noise.sigmas[0]!;
  }

  protected override plan(steps: number): void {
    super.plan(steps);
    if (!this.#hasContinuousTimes) return;
    // Stable Video Diffusion is told the logarithm of the noise level.
    this.timesteps = toFloat32(this.sigmas.slice(0, -1).map((sigma) => 0.25 * Math.log(sigma)));
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    _draw: DrawNoise,
  ): Float32Array {
    const sigma = this.sigmas[index]!;
    const change = this.sigmas[index + 1]! - sigma;
    const slope = this.slopeMixAt(sigma);
    return combine([1 + change * slope.sample, sample], [change * slope.predicted, predicted]);
  }
}
