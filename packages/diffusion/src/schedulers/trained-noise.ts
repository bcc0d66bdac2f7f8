import { DiffusionError } from '../diffusion-error.js';
import { choiceField, flagField, numberField, type SchedulerConfig } from './config-fields.js';

const betaSchedules = ['linear', 'scaled_linear', 'squaredcos_cap_v2'] as const;

export interface NoiseDefaults {
  betaStart: number;
  betaEnd: number;
  betaSchedule: (typeof betaSchedules)[number];
  /** What is left of the signal at the last time under `rescale_betas_zero_snr`; null for schedulers that do not know it. */
  lastSignal: number | null;
}

/** Defaults that most schedulers of diffusers share. */
export const usualNoise: NoiseDefaults = {
  betaStart: 0.0001,
  betaEnd: 0.02,
  betaSchedule: 'linear',
  lastSignal: null,
};

/** Of the models that were distilled from Stable Diffusion: LCM and TCD. */
export const distilledNoise: NoiseDefaults = {
  betaStart: 0.00085,
  betaEnd: 0.012,
  betaSchedule: 'scaled_linear',
  lastSignal: 0,
};

const round = Math.fround;

/** How much noise the model saw at each time of its training. Tables are float32, as in diffusers. */
export class TrainedNoise {
  /** The product of all 1 − beta up to a time: the share of the signal in the variance. */
  readonly signals: Float32Array;
  /** Noise over signal, ascending. */
  readonly sigmas: Float32Array;
  readonly #logSigmas: Float32Array;

  constructor(config: SchedulerConfig, defaults: NoiseDefaults) {
    this.signals = signalsOf(config, defaults);
    this.sigmas = this.signals.map((signal) => Math.sqrt(round(round(1 - signal) / signal)));
    this.#logSigmas = this.sigmas.map(Math.log);
  }

  get steps(): number {
    return this.sigmas.length;
  }

  /** Between two times of the training, the noise level is interpolated. */
  sigmaAt(time: number): number {
    const low = Math.min(Math.max(Math.floor(time), 0), this.steps - 1);
    const high = Math.min(low + 1, this.steps - 1);
    const share = Math.min(Math.max(time - low, 0), 1);
    return this.sigmas[low]! + share * (this.sigmas[high]! - this.sigmas[low]!);
  }

  /** The time of a noise level, interpolated between logarithms and kept within the training. */
  timeOf(sigma: number): number {
    const logSigma = Math.log(Math.max(sigma, 1e-10));
    const low = Math.min(Math.max(this.#countUpTo(logSigma) - 1, 0), this.steps - 2);
    const from = this.#logSigmas[low]!;
    const share = (from - logSigma) / round(from - this.#logSigmas[low + 1]!);
    return low + Math.min(Math.max(share, 0), 1);
  }

  #countUpTo(logSigma: number): number {
    let count = 0;
    let end = this.steps;
    while (count < end) {
      const middle = (count + end) >>> 1;
      if (this.#logSigmas[middle]! <= logSigma) count = middle + 1;
      else end = middle;
    }
    return count;
  }
}

function signalsOf(config: SchedulerConfig, defaults: NoiseDefaults): Float32Array {
  const betas = betasOf(config, defaults);
  const { lastSignal } = defaults;
  if (lastSignal === null || !flagField(config, 'rescale_betas_zero_snr', false)) return cumulative(betas);
  const signals = cumulative(withoutLastSignal(betas));
  signals[signals.length - 1] = lastSignal;
  return signals;
}

function betasOf(config: SchedulerConfig, defaults: NoiseDefaults): Float32Array {
  if (Array.isArray(config.trained_betas)) return Float32Array.from(config.trained_betas as number[]);
  const steps = numberField(config, 'num_train_timesteps', 1000);
  if (!Number.isInteger(steps) || steps < 2) {
    throw new DiffusionError(
      'model-invalid',
      'scheduler_config.json: "num_train_timesteps" must be 2 or more.',
    );
  }
  const start = numberField(config, 'beta_start', defaults.betaStart);
  const end = numberField(config, 'beta_end', defaults.betaEnd);
  switch (choiceField(config, 'beta_schedule', betaSchedules, defaults.betaSchedule)) {
    case 'linear':
      return torchLinspace(start, end, steps);
    case 'scaled_linear':
      return torchLinspace(Math.sqrt(start), Math.sqrt(end), steps).map((root) => root * root);
    case 'squaredcos_cap_v2':
      return cosineBetas(steps);
  }
}

/** `torch.linspace` in float32, which counts from both ends. */
function torchLinspace(start: number, end: number, count: number): Float32Array {
  const step = round((round(end) - round(start)) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < count / 2 ? round(start) + round(step * i) : round(end) - round(step * (count - 1 - i)),
  );
}

/** Nichol and Dhariwal 2021, equation (17), with betas up to 0.999: https://arxiv.org/abs/2102.09672 */
function cosineBetas(count: number): Float32Array {
  const signal = (share: number) => Math.cos((((share + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Float32Array.from({ length: count }, (_, i) =>
    Math.min(1 - signal((i + 1) / count) / signal(i / count), 0.999),
  );
}

function cumulative(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => (product *= round(1 - beta)));
}

/** Lin et al. 2023, algorithm 1: https://arxiv.org/abs/2305.08891 */
function withoutLastSignal(betas: Float32Array): Float32Array {
  const roots = cumulative(betas).map(Math.sqrt);
  const first = roots[0]!;
  const last = roots[roots.length - 1]!;
  const scale = round(first / round(first - last));
  const signals = roots.map((root) => round(round(root - last) * scale) ** 2);
  return signals.map((signal, i) => 1 - (i === 0 ? signal : round(signal / signals[i - 1]!)));
}
