import { clip, clipRange } from './clip.js';
import { numberField, refuseFlags, type SchedulerConfig } from './config-fields.js';
import { etaOf } from './eta.js';
import { roundHalfToEven } from './numpy.js';
import { combine, type Term } from './linear-combination.js';
import type { DrawNoise, ScheduleOptions } from './noise-scheduler.js';
import { cleanMix, noiseMix } from './prediction.js';
import { SignalScheduler } from './signal-scheduler.js';
import { closedTimes, spacingOf, type TimeSpacing } from './time-spacing.js';
import { usualNoise } from './trained-noise.js';

/**
 * Denoising diffusion implicit models, https://arxiv.org/abs/2010.02502 (formulas 12 and 16);
 * diffusers/schedulers/scheduling_ddim.py.
 *
 * A config that does not say `clip_sample` does not clip: the class of diffusers would, but its Stable Diffusion pipelines
 * switch that off when they are made, because latents go beyond ±1.
 */
export class DdimScheduler extends SignalScheduler {
  readonly #spacing: TimeSpacing;
  readonly #offset: number;
  readonly #clipRange: number | null;
  #stride = 0;
  #eta = 0;

  constructor(config: SchedulerConfig) {
    super(config, { ...usualNoise, lastSignal: 0 }, true);
    refuseFlags(config, 'thresholding');
    this.#spacing = spacingOf(config, 'leading');
    this.#offset = numberField(config, 'steps_offset', 0);
    this.#clipRange = clipRange(config);
  }

  protected plan(steps: number, { eta }: ScheduleOptions): void {
    const grid = { spacing: this.#spacing, steps, trainSteps: this.trainSteps, offset: this.#offset };
    this.timesteps = closedTimes(grid).map(roundHalfToEven);
    this.#stride = Math.floor(this.trainSteps / steps);
    this.#eta = etaOf(eta);
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    draw: DrawNoise,
  ): Float32Array {
    const time = this.timesteps[index]!;
    const signal = this.signalAt(time);
    const next = this.signalAt(time - this.#stride);
    const fresh = this.#eta * Math.sqrt(((1 - next) / (1 - signal)) * (1 - signal / next));
    const clean = this.#clean(predicted, sample, signal);
    const noise = noiseMix(this.prediction, Math.sqrt(signal), Math.sqrt(1 - signal));
    const direction = Math.sqrt(1 - next - fresh ** 2);
    const terms: Term[] = [
      [Math.sqrt(next), clean],
      [direction * noise.sample, sample],
      [direction * noise.predicted, predicted],
    ];
    if (this.#eta > 0) terms.push([fresh, draw()]);
    return combine(...terms);
  }

  #clean(predicted: Float32Array, sample: Float32Array, signal: number): Float32Array {
    const mix = cleanMix(this.prediction, Math.sqrt(signal), Math.sqrt(1 - signal));
    return clip(combine([mix.sample, sample], [mix.predicted, predicted]), this.#clipRange);
  }
}
