import { numberField, refuseFlags, type SchedulerConfig } from './config-fields.js';
import { consistencyTimes } from './consistency-times.js';
import { etaOf } from './eta.js';
import { combine, type Term } from './linear-combination.js';
import type { DrawNoise, ScheduleOptions } from './noise-scheduler.js';
import { cleanMix, noiseMix } from './prediction.js';
import { SignalScheduler } from './signal-scheduler.js';
import { distilledNoise } from './trained-noise.js';

/**
 * Strategic stochastic sampling of trajectory consistency distillation, https://arxiv.org/abs/2402.19159, whose gamma is our eta;
 * diffusers/schedulers/scheduling_tcd.py.
 */
export class TcdScheduler extends SignalScheduler {
  readonly #originalSteps: number;
  #eta = 0;

  constructor(config: SchedulerConfig) {
    super(config, distilledNoise, true);
    refuseFlags(config, 'thresholding');
    this.#originalSteps = numberField(config, 'original_inference_steps', 50);
  }

  protected plan(steps: number, { strength, eta }: ScheduleOptions): void {
    const { trainSteps } = this;
    // The reference's schedule of a given strength takes from all times, not from those of the distillation alone.
    const originalSteps = strength === undefined ? this.#originalSteps : trainSteps;
    this.timesteps = consistencyTimes({ steps, trainSteps, originalSteps, strength: strength ?? 1 });
    this.#eta = etaOf(eta);
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    draw: DrawNoise,
  ): Float32Array {
    const signal = this.signalAt(this.timesteps[index]!);
    const next = this.timesteps[index + 1] ?? 0;
    const reached = this.signalAt(Math.floor(Math.fround(Math.fround(1 - this.#eta) * next)));
    const isLast = index === this.timesteps.length - 1;
    const renoised = this.#eta > 0 && !isLast ? this.signalAt(next) / reached : 1;

    const clean = cleanMix(this.prediction, Math.sqrt(signal), Math.sqrt(1 - signal));
    const noise = noiseMix(this.prediction, Math.sqrt(signal), Math.sqrt(1 - signal));
    const ofClean = Math.sqrt(reached * renoised);
    const ofNoise = Math.sqrt((1 - reached) * renoised);
    const terms: Term[] = [
      [ofClean * clean.sample + ofNoise * noise.sample, sample],
      [ofClean * clean.predicted + ofNoise * noise.predicted, predicted],
    ];
    if (this.#eta > 0 && !isLast) terms.push([Math.sqrt(1 - renoised), draw()]);
    return combine(...terms);
  }
}
