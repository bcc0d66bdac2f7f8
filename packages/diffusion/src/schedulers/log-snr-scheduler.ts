import { DiffusionError } from '../diffusion-error.js';
import { choiceField, flagField, numberField, refuseFlags, type SchedulerConfig } from './config-fields.js';
import { toFloat32 } from './numpy.js';
import { requireMu } from './flow-shift.js';
import { combine } from './linear-combination.js';
import type { ScheduleOptions } from './noise-scheduler.js';
import { cleanMix, predictions, type Prediction } from './prediction.js';
import { SchedulerRun } from './scheduler-run.js';
import { gridOf, spreadSigmas, type SigmaGrid } from './sigma-grid.js';
import { openTimes, spacingOf, type TimeSpacing } from './time-spacing.js';
import { TrainedNoise, usualNoise } from './trained-noise.js';

/** A schedule before rounding. */
interface LogSnrPlan {
  times: Float64Array;
  sigmas: Float64Array;
}

/**
 * Schedulers that solve for the clean sample over lambda, the logarithm of signal over noise: DPM-Solver++ and UniPC. They also
 * work on models trained by flow matching, where signal and noise are 1 − sigma and sigma.
 */
export abstract class LogSnrScheduler extends SchedulerRun {
  protected readonly noise: TrainedNoise;
  protected readonly solverOrder: number;
  protected readonly endsClean: boolean;
  protected readonly lowersOrder: boolean;
  protected readonly isFlow: boolean;
  /** FLUX's own noise levels are not used here: its pipeline in diffusers does not hand them on either. */
  protected override readonly takesSigmas: boolean;
  readonly #prediction: Prediction;
  readonly #grid: SigmaGrid | null;
  readonly #spacing: TimeSpacing;
  readonly #offset: number;
  readonly #flowShift: number;
  readonly #shiftsBySize: boolean;

  constructor(config: SchedulerConfig) {
    super();
    refuseFlags(config, 'thresholding');
    this.noise = new TrainedNoise(config, { ...usualNoise, lastSignal: 2 ** -24 });
    this.solverOrder = solverOrderOf(config);
    this.endsClean = choiceField(config, 'final_sigmas_type', ['zero', 'sigma_min'], 'zero') === 'zero';
    this.lowersOrder = flagField(config, 'lower_order_final', true);
    this.isFlow = flagField(config, 'use_flow_sigmas', false);
    this.takesSigmas = this.isFlow;
    this.#prediction = this.isFlow
      ? choiceField(config, 'prediction_type', ['flow_prediction'], 'flow_prediction')
      : choiceField(config, 'prediction_type', predictions, 'epsilon');
    this.#grid = gridOf(config);
    this.#spacing = spacingOf(config, 'linspace');
    this.#offset = numberField(config, 'steps_offset', 0);
    this.#flowShift = numberField(config, 'flow_shift', 1);
    this.#shiftsBySize = flagField(config, 'use_dynamic_shifting', false);
    if (this.isFlow && this.#grid !== null) {
      throw new DiffusionError(
        'invalid-input',
        `Noise levels of a flow-matching model cannot be spread by use_${this.#grid}_sigmas here; set it to false.`,
      );
    }
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    const sigma = this.sigmas[index]!;
    return combine([this.signalOf(sigma), clean], [this.noiseOf(sigma), noise]);
  }

  protected get trainSteps(): number {
    return this.noise.steps;
  }

  /** How many of the training times are used. */
  protected get lastTime(): number {
    return this.trainSteps;
  }

  protected abstract spreadFlow(steps: number, shift: number): Float64Array;
  protected abstract roundGridTime(time: number, grid: SigmaGrid): number;
  /** The level after the last step when it is not 0. */
  protected abstract smallestSigma(sigmas: Float64Array, grid: SigmaGrid | null): number;

  protected plan(steps: number, { mu }: ScheduleOptions): void {
    const { times, sigmas } = this.isFlow ? this.#planFlow(steps, mu) : this.#planTrained(steps);
    this.timesteps = times.map(Math.trunc);
    this.sigmas = toFloat32([...sigmas, this.endsClean ? 0 : this.smallestSigma(sigmas, this.#grid)]);
  }

  protected signalOf(sigma: number): number {
    return this.isFlow ? 1 - sigma : 1 / Math.hypot(sigma, 1);
  }

  protected noiseOf(sigma: number): number {
    return this.isFlow ? sigma : sigma / Math.hypot(sigma, 1);
  }

  /** Infinite where there is no noise. */
  protected lambdaOf(sigma: number): number {
    return Math.log(this.signalOf(sigma)) - Math.log(this.noiseOf(sigma));
  }

  protected predictClean(predicted: Float32Array, index: number, sample: Float32Array): Float32Array {
    const sigma = this.sigmas[index]!;
    const mix = cleanMix(this.#prediction, this.signalOf(sigma), this.noiseOf(sigma));
    return combine([mix.sample, sample], [mix.predicted, predicted]);
  }

  #planFlow(steps: number, mu: number | undefined): LogSnrPlan {
    const shift = this.#shiftsBySize ? Math.exp(requireMu(mu)) : this.#flowShift;
    const sigmas = this.spreadFlow(steps, shift);
    return { times: sigmas.map((sigma) => sigma * this.trainSteps), sigmas };
  }

  #planTrained(steps: number): LogSnrPlan {
    const { noise, trainSteps } = this;
    const grid = this.#grid;
    if (grid === null) {
      const times = openTimes(
        { spacing: this.#spacing, steps, trainSteps, offset: this.#offset },
        this.lastTime,
      );
      return { times, sigmas: times.map((time) => noise.sigmaAt(time)) };
    }
    const sigmas = spreadSigmas(grid, noise.sigmas[noise.steps - 1]!, noise.sigmas[0]!, steps);
    return { times: sigmas.map((sigma) => this.roundGridTime(noise.timeOf(sigma), grid)), sigmas };
  }
}

function solverOrderOf(config: SchedulerConfig): number {
  const order = numberField(config, 'solver_order', 2);
  if (order === 1 || order === 2 || order === 3) return order;
  throw new DiffusionError('model-invalid', 'scheduler_config.json: "solver_order" must be 1, 2 or 3.');
}
