import { DiffusionError } from '../diffusion-error.js';
import type { DrawNoise, NoiseScheduler, ScheduleOptions } from './noise-scheduler.js';

/** What all schedulers share: the guards, and a run that starts anew with each `setTimesteps` or `setBeginIndex`. */
export abstract class SchedulerRun implements NoiseScheduler {
  timesteps: Float64Array = new Float64Array();
  sigmas: Float64Array = new Float64Array();
  readonly order: number = 1;
  /** Whether `setTimesteps` may be given noise levels. */
  protected readonly takesSigmas: boolean = false;

  abstract addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array;

  protected abstract readonly trainSteps: number;
  protected abstract plan(steps: number, options: ScheduleOptions): void;
  protected abstract advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    draw: DrawNoise,
  ): Float32Array;

  get initNoiseSigma(): number {
    return 1;
  }

  setTimesteps(steps: number, options: ScheduleOptions = {}): void {
    if (!Number.isInteger(steps) || steps < 1 || steps > this.trainSteps) {
      throw new DiffusionError('invalid-input', `Steps must be a whole number from 1 to ${this.trainSteps}.`);
    }
    if (options.sigmas && !this.takesSigmas) {
      throw new DiffusionError('invalid-input', 'This scheduler makes its own noise levels; give it none.');
    }
    if (options.sigmas && options.sigmas.length !== steps) {
      throw new DiffusionError('invalid-input', `Give as many noise levels as steps: ${steps}.`);
    }
    this.plan(steps, options);
    this.restart();
  }

  setBeginIndex(index: number): void {
    this.#requireCall(index);
    this.restart();
  }

  scaleModelInput(sample: Float32Array, _index: number): Float32Array {
    return sample;
  }

  step(predicted: Float32Array, index: number, sample: Float32Array, draw: DrawNoise): Float32Array {
    this.#requireCall(index);
    return this.advance(predicted, index, sample, draw);
  }

  /** Forgets earlier predictions. */
  protected restart(): void {}

  #requireCall(index: number): void {
    if (index in this.timesteps) return;
    throw new DiffusionError(
      'invalid-input',
      `There is no call ${index} in a schedule of ${this.timesteps.length}; set the timesteps first.`,
    );
  }
}
