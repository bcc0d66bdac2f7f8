import { DiffusionError } from '../diffusion-error.js';
import { flagField, numberField, type SchedulerConfig } from './config-fields.js';
import { roundHalfToEven } from './numpy.js';
import { combine } from './linear-combination.js';
import type { DrawNoise } from './noise-scheduler.js';
import { noiseMix } from './prediction.js';
import { SignalScheduler } from './signal-scheduler.js';
import { closedTimes, spacingOf, type TimeSpacing } from './time-spacing.js';
import { usualNoise } from './trained-noise.js';

const ORDER = 4;

/** Adams-Bashforth weights of the newest to the oldest prediction, by how many there are (table 1 of the paper). */
const multistepWeights = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;

/** Of the four predictions of a classic Runge-Kutta step. */
const rungeKuttaWeights = [1 / 6, 1 / 3, 1 / 3, 1 / 6] as const;

/**
 * Pseudo numerical methods for diffusion models, https://arxiv.org/abs/2202.09778; diffusers/schedulers/scheduling_pndm.py.
 * With `skip_prk_steps`, as Stable Diffusion has it, the second time comes twice; else the first three steps are of four calls.
 */
export class PndmScheduler extends SignalScheduler {
  readonly #spacing: TimeSpacing;
  readonly #offset: number;
  readonly #skipsRungeKutta: boolean;
  #stride = 0;
  #rungeKuttaTimes: Float64Array = new Float64Array();
  #calls = 0;
  #predictions: Float32Array[] = [];
  /** What a step of several calls started from. */
  #start: Float32Array | null = null;
  #stages: Float32Array[] = [];

  constructor(config: SchedulerConfig) {
    super(config, usualNoise, false);
    this.#spacing = spacingOf(config, 'leading');
    this.#offset = numberField(config, 'steps_offset', 0);
    this.#skipsRungeKutta = flagField(config, 'skip_prk_steps', false);
  }

  protected plan(steps: number): void {
    const grid = { spacing: this.#spacing, steps, trainSteps: this.trainSteps, offset: this.#offset };
    const times = closedTimes(grid).map(roundHalfToEven);
    this.#stride = Math.floor(this.trainSteps / steps);
    this.#rungeKuttaTimes = this.#skipsRungeKutta ? new Float64Array() : this.#stageTimes(times);
    this.timesteps = this.#skipsRungeKutta
      ? Float64Array.from([...times.slice(0, 2), ...times.slice(1)])
      : Float64Array.from([...this.#rungeKuttaTimes, ...times.slice(ORDER - 1)]);
  }

  protected override restart(): void {
    this.#calls = 0;
    this.#predictions = [];
    this.#start = null;
    this.#stages = [];
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    _draw: DrawNoise,
  ): Float32Array {
    const time = this.timesteps[index]!;
    const next =
      this.#calls < this.#rungeKuttaTimes.length
        ? this.#rungeKutta(predicted, time, sample)
        : this.#multistep(predicted, time, sample);
    this.#calls += 1;
    return next;
  }

  /** Three steps' times, each with its middle twice and its end. */
  #stageTimes(times: Float64Array): Float64Array {
    if (times.length < ORDER) {
      throw new DiffusionError(
        'invalid-input',
        `The scheduler pndm of this model needs ${ORDER} steps or more; set "skip_prk_steps" to true for fewer.`,
      );
    }
    const half = Math.floor(this.#stride / 2);
    return Float64Array.from(
      [0, 1, 2].flatMap((i) => [times[i]!, times[i + 1]! + half, times[i + 1]! + half, times[i + 1]!]),
    );
  }

  #rungeKutta(predicted: Float32Array, time: number, sample: Float32Array): Float32Array {
    const stage = this.#calls % ORDER;
    if (stage === 0) {
      this.#start = sample;
      this.#stages = [];
      this.#predictions = [predicted, ...this.#predictions];
    }
    this.#stages.push(predicted);
    const slope =
      stage === ORDER - 1
        ? combine(...rungeKuttaWeights.map((w, i) => [w, this.#stages[i]!] as const))
        : predicted;
    const from = this.#rungeKuttaTimes[this.#calls - stage]!;
    const to = stage % 2 === 0 ? time - Math.floor(this.#stride / 2) : time;
    return this.#transfer(this.#start!, slope, from, to);
  }

  #multistep(predicted: Float32Array, time: number, sample: Float32Array): Float32Array {
    if (this.#calls === 1) return this.#repeatFirst(predicted, time);
    this.#predictions = [predicted, ...this.#predictions.slice(0, ORDER - 1)];
    if (this.#calls === 0) this.#start = sample;
    const weights = multistepWeights[this.#predictions.length - 1]!;
    const slope = combine(...this.#predictions.map((one, i) => [weights[i]!, one] as const));
    return this.#transfer(sample, slope, time, time - this.#stride);
  }

  /** The first step once more, with the mean of the predictions at both of its ends. */
  #repeatFirst(predicted: Float32Array, time: number): Float32Array {
    const slope = combine([1 / 2, predicted], [1 / 2, this.#predictions[0]!]);
    return this.#transfer(this.#start!, slope, time + this.#stride, time);
  }

  /** Formula (9) of the paper. */
  #transfer(sample: Float32Array, predicted: Float32Array, from: number, to: number): Float32Array {
    const signal = this.signalAt(from);
    const next = this.signalAt(to);
    const noise = noiseMix(this.prediction, Math.sqrt(signal), Math.sqrt(1 - signal));
    const divisor = signal * Math.sqrt(1 - next) + Math.sqrt(signal * (1 - signal) * next);
    const factor = -(next - signal) / divisor;
    return combine(
      [Math.sqrt(next / signal) + factor * noise.sample, sample],
      [factor * noise.predicted, predicted],
    );
  }
}
