import { choiceField, flagField, numberField, refuseFlags, type SchedulerConfig } from './config-fields.js';
import { linspace, toFloat32 } from './numpy.js';
import { requireMu, shifted } from './flow-shift.js';
import { combine } from './linear-combination.js';
import type { DrawNoise, ScheduleOptions } from './noise-scheduler.js';
import { SchedulerRun } from './scheduler-run.js';
import { gridOf, spreadSigmas, type SigmaGrid } from './sigma-grid.js';

/**
 * Euler's method along the straight paths of rectified flow, https://arxiv.org/abs/2403.03206;
 * diffusers/schedulers/scheduling_flow_match_euler_discrete.py.
 */
export class FlowEulerScheduler extends SchedulerRun {
  protected override readonly takesSigmas = true;
  protected readonly trainSteps: number;
  readonly #shift: number;
  readonly #shiftsBySize: boolean;
  readonly #shiftsLinearly: boolean;
  readonly #lastShifted: number | null;
  readonly #grid: SigmaGrid | null;

  constructor(config: SchedulerConfig) {
    super();
    refuseFlags(config, 'invert_sigmas', 'stochastic_sampling');
    this.trainSteps = numberField(config, 'num_train_timesteps', 1000);
    this.#shift = numberField(config, 'shift', 1);
    this.#shiftsBySize = flagField(config, 'use_dynamic_shifting', false);
    const shiftType = choiceField(config, 'time_shift_type', ['exponential', 'linear'], 'exponential');
    this.#shiftsLinearly = shiftType === 'linear';
    this.#lastShifted = numberField(config, 'shift_terminal', null);
    this.#grid = gridOf(config);
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    const sigma = this.sigmas[index]!;
    return combine([1 - sigma, clean], [sigma, noise]);
  }

  protected plan(steps: number, { sigmas, mu }: ScheduleOptions): void {
    const even = sigmas ? toFloat32(sigmas) : this.#evenSigmas(steps);
    const moved = this.#stretch(this.#move(even, mu));
    const spread =
      this.#grid === null
        ? moved
        : spreadSigmas(this.#grid, moved[0]!, moved[moved.length - 1]!, moved.length);
    this.sigmas = toFloat32([...spread, 0]);
    this.timesteps = toFloat32(this.sigmas.slice(0, -1).map((sigma) => sigma * this.trainSteps));
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    _draw: DrawNoise,
  ): Float32Array {
    return combine([1, sample], [this.sigmas[index + 1]! - this.sigmas[index]!, predicted]);
  }

  /** Down to the smallest level of the training, which is shifted here already, and once more with all others. */
  #evenSigmas(steps: number): Float64Array {
    const smallest = 1 / this.trainSteps;
    const shiftedSmallest = Math.fround(this.#shiftsBySize ? smallest : shifted(smallest, this.#shift));
    return linspace(1, shiftedSmallest, steps);
  }

  #move(sigmas: Float64Array, mu: number | undefined): Float64Array {
    if (!this.#shiftsBySize) return sigmas.map((sigma) => shifted(sigma, this.#shift));
    const shift = this.#shiftsLinearly ? requireMu(mu) : Math.exp(requireMu(mu));
    return sigmas.map((sigma) => shifted(sigma, shift));
  }

  /** So that the last level is `shift_terminal`. */
  #stretch(sigmas: Float64Array): Float64Array {
    if (!this.#lastShifted) return sigmas;
    const scale = (1 - sigmas[sigmas.length - 1]!) / (1 - this.#lastShifted);
    return sigmas.map((sigma) => 1 - (1 - sigma) / scale);
  }
}
