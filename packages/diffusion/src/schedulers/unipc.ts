import { DiffusionError } from '../diffusion-error.js';
import { choiceField, flagField, type SchedulerConfig } from './config-fields.js';
import { linspace, roundHalfToEven } from './numpy.js';
import { shifted } from './flow-shift.js';
import { combine, type Term } from './linear-combination.js';
import { LogSnrScheduler } from './log-snr-scheduler.js';
import type { DrawNoise } from './noise-scheduler.js';
import type { SigmaGrid } from './sigma-grid.js';
import { solveLinear } from './solve-linear.js';

/** Kept from 1, where the signal would be nothing and its logarithm infinite. */
const FLOW_MARGIN = 1e-6;

/**
 * The unified predictor-corrector UniPC, https://arxiv.org/abs/2302.04867 (algorithms 1 and 2, predicting x0);
 * diffusers/schedulers/scheduling_unipc_multistep.py.
 */
export class UniPcScheduler extends LogSnrScheduler {
  readonly #isBh1: boolean;
  readonly #uncorrected: readonly unknown[];
  /** Predictions of the clean sample, newest first. */
  #cleans: Float32Array[] = [];
  #lastOrder = 1;
  #lastSample: Float32Array | null = null;

  constructor(config: SchedulerConfig) {
    super(config);
    if (!flagField(config, 'predict_x0', true)) {
      throw new DiffusionError(
        'model-invalid',
        'The scheduler unipc works with predict_x0 only; set it to true.',
      );
    }
    // Other names come with configs of other schedulers, and mean the default here, as in diffusers.
    const solver = choiceField(config, 'solver_type', ['bh1', 'bh2', 'midpoint', 'heun', 'logrho'], 'bh2');
    this.#isBh1 = solver === 'bh1';
    this.#uncorrected = Array.isArray(config.disable_corrector) ? config.disable_corrector : [];
  }

  protected override restart(): void {
    this.#cleans = [];
    this.#lastSample = null;
  }

  protected spreadFlow(steps: number, shift: number): Float64Array {
    const sigmas = linspace(1, 1 / this.trainSteps, steps + 1).slice(0, -1);
    return sigmas.map((sigma) => Math.min(shifted(sigma, shift), 1 - FLOW_MARGIN));
  }

  protected roundGridTime(time: number, grid: SigmaGrid): number {
    return grid === 'karras' ? roundHalfToEven(time) : time;
  }

  protected smallestSigma(sigmas: Float64Array, grid: SigmaGrid | null): number {
    return grid === null && !this.isFlow ? this.noise.sigmas[0]! : sigmas[sigmas.length - 1]!;
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    _draw: DrawNoise,
  ): Float32Array {
    const clean = this.predictClean(predicted, index, sample);
    const corrected = this.#correct(clean, index, sample);
    this.#cleans = [clean, ...this.#cleans.slice(0, this.solverOrder - 1)];
    const left = this.lowersOrder ? this.timesteps.length - index : Infinity;
    this.#lastOrder = Math.min(this.#cleans.length, left);
    this.#lastSample = corrected;
    return this.#transfer(corrected, index, this.#lastOrder, null);
  }

  /** UniC: the step before once more, now that the prediction at its end is known. */
  #correct(clean: Float32Array, index: number, sample: Float32Array): Float32Array {
    if (this.#lastSample === null || this.#uncorrected.includes(index - 1)) return sample;
    return this.#transfer(this.#lastSample, index - 1, this.#lastOrder, clean);
  }

  /**
   * From level `from` to the next one.
   * @param reached the clean sample predicted at the next level, when it is known
   */
  #transfer(sample: Float32Array, from: number, order: number, reached: Float32Array | null): Float32Array {
    const sigma = this.sigmas[from]!;
    const next = this.sigmas[from + 1]!;
    const lambda = this.lambdaOf(sigma);
    const h = this.lambdaOf(next) - lambda;
    const scale = -this.signalOf(next) * (this.#isBh1 ? -h : Math.expm1(-h));
    const ratios = Array.from(
      { length: order - 1 },
      (_, i) => (this.lambdaOf(this.sigmas[from - i - 1]!) - lambda) / h,
    );
    const weights = reached ? this.#correctorWeights(ratios, h) : this.#predictorWeights(ratios, h);
    const differences = weights.map((weight, i) => (scale * weight) / (ratios[i] ?? 1));
    const others = [...this.#cleans.slice(1, order), ...(reached ? [reached] : [])];
    const newest =
      -this.signalOf(next) * Math.expm1(-h) - differences.reduce((sum, factor) => sum + factor, 0);
    return combine(
      [this.noiseOf(next) / this.noiseOf(sigma), sample],
      [newest, this.#cleans[0]!],
      ...others.map((values, i): Term => [differences[i]!, values]),
    );
  }

  #predictorWeights(ratios: readonly number[], h: number): number[] {
    if (ratios.length < 2) return ratios.map(() => 0.5);
    return this.#weights(ratios, h);
  }

  #correctorWeights(ratios: readonly number[], h: number): number[] {
    return ratios.length === 0 ? [0.5] : this.#weights([...ratios, 1], h);
  }

  /** Solves the conditions on the order of the step: equation (5) of the paper. */
  #weights(ratios: readonly number[], h: number): number[] {
    const base = this.#isBh1 ? -h : Math.expm1(-h);
    const values: number[] = [];
    let factorial = 1;
    let phi = Math.expm1(-h) / -h - 1;
    for (let i = 1; i <= ratios.length; i++) {
      values.push((phi * factorial) / base);
      factorial *= i + 1;
      phi = phi / -h - 1 / factorial;
    }
    return solveLinear(
      ratios.map((_, power) => ratios.map((ratio) => ratio ** power)),
      values,
    );
  }
}
