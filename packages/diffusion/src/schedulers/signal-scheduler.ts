import { choiceField, flagField, type SchedulerConfig } from './config-fields.js';
import { combine } from './linear-combination.js';
import { predictions, type Prediction } from './prediction.js';
import { SchedulerRun } from './scheduler-run.js';
import { TrainedNoise, type NoiseDefaults } from './trained-noise.js';

/** Schedulers whose samples keep their variance, and which go from one time of the training to another: DDIM, PNDM, LCM, TCD. */
export abstract class SignalScheduler extends SchedulerRun {
  protected readonly noise: TrainedNoise;
  protected readonly prediction: Prediction;
  /** The signal after the last step. */
  readonly #lastSignal: number;

  constructor(config: SchedulerConfig, noise: NoiseDefaults, alphaToOne: boolean) {
    super();
    this.noise = new TrainedNoise(config, noise);
    this.prediction = choiceField(config, 'prediction_type', predictions, 'epsilon');
    this.#lastSignal = flagField(config, 'set_alpha_to_one', alphaToOne) ? 1 : this.noise.signals[0]!;
  }

  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array {
    const signal = this.signalAt(this.timesteps[index]!);
    return combine([Math.sqrt(signal), clean], [Math.sqrt(1 - signal), noise]);
  }

  protected get trainSteps(): number {
    return this.noise.steps;
  }

  protected signalAt(time: number): number {
    return time < 0 ? this.#lastSignal : this.noise.signals[time]!;
  }
}
