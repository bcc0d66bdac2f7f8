import { clip, clipRange } from './clip.js';
import type { SchedulerConfig } from './config-fields.js';
import { combine } from './linear-combination.js';
import type { DrawNoise } from './noise-scheduler.js';
import { SigmaScheduler } from './sigma-scheduler.js';
import { usualNoise } from './trained-noise.js';

/**
 * Heun's method, algorithm 1 of https://arxiv.org/abs/2206.00364: each step but the last is taken twice, the second time with the
 * mean slope of both ends; diffusers/schedulers/scheduling_heun_discrete.py.
 */
export class HeunScheduler extends SigmaScheduler {
  override readonly order = 2;
  readonly #clipRange: number | null;
  /** Where the step began, while its second call is due. */
  #begun: { sample: Float32Array; slope: Float32Array; change: number } | null = null;

  constructor(config: SchedulerConfig) {
    super(config, { ...usualNoise, betaStart: 0.00085, betaEnd: 0.012 });
    this.#clipRange = clipRange(config);
  }

  protected override plan(steps: number): void {
    super.plan(steps);
    const twice = (value: number, i: number) => (i === 0 ? [value] : [value, value]);
    this.timesteps = Float64Array.from([...this.timesteps].flatMap(twice));
    this.sigmas = Float64Array.from([...[...this.sigmas.slice(0, -1)].flatMap(twice), this.lastSigma]);
  }

  protected override restart(): void {
    this.#begun = null;
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    _draw: DrawNoise,
  ): Float32Array {
    const sigma = this.sigmas[index]!;
    const slope = this.#slope(predicted, sample, sigma);
    const begun = this.#begun;
    if (begun === null) {
      const change = this.sigmas[index + 1]! - sigma;
      this.#begun = { sample, slope, change };
      return combine([1, sample], [change, slope]);
    }
    this.#begun = null;
    return combine([1, begun.sample], [begun.change / 2, begun.slope], [begun.change / 2, slope]);
  }

  #slope(predicted: Float32Array, sample: Float32Array, sigma: number): Float32Array {
    if (this.#clipRange === null) {
      const mix = this.slopeMixAt(sigma);
      return combine([mix.sample, sample], [mix.predicted, predicted]);
    }
    const mix = this.cleanMixAt(sigma);
    const clean = clip(combine([mix.sample, sample], [mix.predicted, predicted]), this.#clipRange);
    return combine([1 / sigma, sample], [-1 / sigma, clean]);
  }
}
