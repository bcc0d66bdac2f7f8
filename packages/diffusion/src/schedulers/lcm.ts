import { clip, clipRange } from './clip.js';
import { numberField, refuseFlags, type SchedulerConfig } from './config-fields.js';
import { consistencyTimes } from './consistency-times.js';
import { combine } from './linear-combination.js';
import type { DrawNoise, ScheduleOptions } from './noise-scheduler.js';
import { cleanMix } from './prediction.js';
import { SignalScheduler } from './signal-scheduler.js';
import { distilledNoise } from './trained-noise.js';

/** The standard deviation of the data in the boundary condition of consistency models. */
const DATA_SIGMA = 0.5;

/**
 * Multistep sampling of latent consistency models, https://arxiv.org/abs/2310.04378 (algorithm 3);
 * diffusers/schedulers/scheduling_lcm.py.
 */
export class LcmScheduler extends SignalScheduler {
  readonly #originalSteps: number;
  readonly #timeScale: number;
  readonly #clipRange: number | null;

  constructor(config: SchedulerConfig) {
    super(config, distilledNoise, true);
    refuseFlags(config, 'thresholding');
    this.#originalSteps = numberField(config, 'original_inference_steps', 50);
    this.#timeScale = numberField(config, 'timestep_scaling', 10);
    this.#clipRange = clipRange(config);
  }

  protected plan(steps: number, { strength = 1 }: ScheduleOptions): void {
    const { trainSteps } = this;
    this.timesteps = consistencyTimes({ steps, trainSteps, originalSteps: this.#originalSteps, strength });
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    draw: DrawNoise,
  ): Float32Array {
    const denoised = this.#denoise(predicted, sample, this.timesteps[index]!);
    const next = this.timesteps[index + 1];
    if (next === undefined) return denoised;
    const signal = this.signalAt(next);
    return combine([Math.sqrt(signal), denoised], [Math.sqrt(1 - signal), draw()]);
  }

  #denoise(predicted: Float32Array, sample: Float32Array, time: number): Float32Array {
    const signal = this.signalAt(time);
    const mix = cleanMix(this.prediction, Math.sqrt(signal), Math.sqrt(1 - signal));
    const clean = clip(combine([mix.sample, sample], [mix.predicted, predicted]), this.#clipRange);
    const scaled = time * this.#timeScale;
    const distance = Math.hypot(scaled, DATA_SIGMA);
    return combine([scaled / distance, clean], [(DATA_SIGMA / distance) ** 2, sample]);
  }
}
