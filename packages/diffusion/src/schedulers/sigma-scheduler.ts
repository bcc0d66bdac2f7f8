import { choiceField, numberField, type SchedulerConfig } from './config-fields.js';
import { toFloat32 } from './numpy.js';
import { combine } from './linear-combination.js';
import { cleanMix, predictions, type Mix, type Prediction } from './prediction.js';
import { SchedulerRun } from './scheduler-run.js';
import { gridOf, spreadSigmas, type SigmaGrid } from './sigma-grid.js';
import { closedTimes, spacingOf, type TimeSpacing } from './time-spacing.js';
import { TrainedNoise, type NoiseDefaults } from './trained-noise.js';

/** The ends of a grid of noise levels; null where they follow from the times. */
export interface SigmaBounds {
  readonly smallest: number | null;
  readonly largest: number | null;
}

/**
 * Schedulers whose samples are x = x0 + sigma · ε, growing with the noise, and are scaled down for the denoiser: Euler, Euler
 * ancestral, Heun, LMS. After Karras et al. 2022, https://arxiv.org/abs/2206.00364.
 */
export abstract class SigmaScheduler extends SchedulerRun {
  protected readonly noise: TrainedNoise;
  protected readonly prediction: Prediction;
  protected readonly bounds: SigmaBounds = { smallest: null, largest: null };
  readonly #grid: SigmaGrid | null;
  readonly #spacing: TimeSpacing;
  readonly #offset: number;

  constructor(config: SchedulerConfig, noise: NoiseDefaults) {
    super();
    this.noise = new TrainedNoise(config, noise);
    this.prediction = choiceField(config, 'prediction_type', predictions, 'epsilon');
    this.#grid = gridOf(config);
    this.#spacing = spacingOf(config, 'linspace');
    this.#offset = numberField(config, 'steps_offset', 0);
  }

  /** Leading times do not begin with pure noise, so the clean part of the variance is added. */
  override get initNoiseSigma(): number {
    const largest = this.sigmas[0] ?? this.noise.sigmas[this.noise.steps - 1]!;
    return this.#spacing === 'leading' ? Math.fround(Math.hypot(largest, 1)) : largest;
  }

  override scaleModelInput(sample: Float32Array, index: number): Float32Array {
    return combine([1 / Math.hypot(this.sigmas[index]!, 1), sample]);
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    return combine([1, clean], [this.sigmas[index]!, noise]);
  }

  protected get trainSteps(): number {
    return this.noise.steps;
  }

  protected get lastSigma(): number {
    return 0;
  }

  protected plan(steps: number): void {
    const grid = { spacing: this.#spacing, steps, trainSteps: this.trainSteps, offset: this.#offset };
    const times = toFloat32(closedTimes(grid));
    const even = times.map((time) => this.noise.sigmaAt(time));
    const sigmas = this.#grid === null ? even : this.#spread(this.#grid, even);
    this.timesteps = this.#grid === null ? times : toFloat32(sigmas.map((sigma) => this.noise.timeOf(sigma)));
    this.sigmas = toFloat32([...sigmas, this.lastSigma]);
  }

  /** The clean sample at a noise level, as a sum of the sample and what was predicted. */
  protected cleanMixAt(sigma: number): Mix {
    const signal = 1 / Math.hypot(sigma, 1);
    const mix = cleanMix(this.prediction, signal, sigma * signal);
    return { sample: mix.sample * signal, predicted: mix.predicted };
  }

  /** The slope of the sample over the noise level: (x − x0) / sigma. */
  protected slopeMixAt(sigma: number): Mix {
    const clean = this.cleanMixAt(sigma);
    return { sample: (1 - clean.sample) / sigma, predicted: -clean.predicted / sigma };
  }

  #spread(grid: SigmaGrid, even: Float64Array): Float64Array {
    const { smallest, largest } = this.bounds;
    return spreadSigmas(grid, largest ?? even[0]!, smallest ?? even[even.length - 1]!, even.length);
  }
}
