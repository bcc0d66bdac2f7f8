import { choiceField, flagField, numberField, type SchedulerConfig } from './config-fields.js';
import { linspace, roundHalfToEven } from './numpy.js';
import { shifted } from './flow-shift.js';
import { combine, type Term } from './linear-combination.js';
import { LogSnrScheduler } from './log-snr-scheduler.js';
import type { DrawNoise } from './noise-scheduler.js';
import type { SigmaGrid } from './sigma-grid.js';

/** From this many steps on, the last ones keep the full order. */
const MANY_STEPS = 15;

/** What a step is made of: factors of the sample, of x0 and its first and second derivative, and of fresh noise. */
interface StepFactors {
  sample: number;
  clean: number;
  first: number;
  second: number;
  fresh: number;
}

/**
 * DPM-Solver++ (2M, 3M) and its stochastic form (2M SDE), https://arxiv.org/abs/2211.01095;
 * diffusers/schedulers/scheduling_dpmsolver_multistep.py.
 */
export class DpmppMultistepScheduler extends LogSnrScheduler {
  readonly #isStochastic: boolean;
  readonly #isMidpoint: boolean;
  readonly #endsWithEuler: boolean;
  readonly #hasCosineBetas: boolean;
  readonly #roundsExponential: boolean;
  readonly #smallestLambda: number;
  /** Predictions of the clean sample, newest first. */
  #cleans: Float32Array[] = [];

  constructor(config: SchedulerConfig) {
    const usesLu = flagField(config, 'use_lu_lambdas', false);
    // Lu's even steps in lambda are the exponential levels, at rounded times.
    super(usesLu ? { ...config, use_exponential_sigmas: true } : config);
    const algorithm = choiceField(
      config,
      'algorithm_type',
      ['dpmsolver++', 'sde-dpmsolver++', 'deis'],
      'dpmsolver++',
    );
    // Other names come with configs of other schedulers, and mean the default here, as in diffusers.
    const solver = choiceField(
      config,
      'solver_type',
      ['midpoint', 'heun', 'logrho', 'bh1', 'bh2'],
      'midpoint',
    );
    this.#isStochastic = algorithm === 'sde-dpmsolver++';
    this.#isMidpoint = solver !== 'heun';
    this.#endsWithEuler = flagField(config, 'euler_at_final', false);
    this.#hasCosineBetas = config.beta_schedule === 'squaredcos_cap_v2';
    this.#roundsExponential = usesLu;
    this.#smallestLambda = numberField(config, 'lambda_min_clipped', -Infinity);
  }

  protected override get lastTime(): number {
    const lowest = this.noise.sigmas.findIndex((sigma) => -Math.log(sigma) < this.#smallestLambda);
    return lowest === -1 ? this.trainSteps : lowest;
  }

  protected override restart(): void {
    this.#cleans = [];
  }

  protected spreadFlow(steps: number, shift: number): Float64Array {
    return linspace(1, 1 / this.trainSteps, steps + 1)
      .map((rest) => shifted(1 - rest, shift))
      .reverse()
      .slice(0, -1);
  }

  protected roundGridTime(time: number, grid: SigmaGrid): number {
    const rounds = grid === 'karras' || (grid === 'exponential' && this.#roundsExponential);
    return rounds && !this.#hasCosineBetas ? roundHalfToEven(time) : time;
  }

  protected smallestSigma(): number {
    return this.noise.sigmas[0]!;
  }

  protected advance(
    predicted: Float32Array,
    index: number,
    sample: Float32Array,
    draw: DrawNoise,
  ): Float32Array {
    const clean = this.predictClean(predicted, index, sample);
    this.#cleans = [clean, ...this.#cleans.slice(0, this.solverOrder - 1)];
    const order = this.#orderAt(index);
    const factors = this.#factorsAt(index, order);
    const terms: Term[] = [
      [factors.sample, sample],
      ...this.#cleanFactors(index, order, factors).map((factor, i) => [factor, this.#cleans[i]!] as const),
    ];
    if (this.#isStochastic) terms.push([factors.fresh, draw()]);
    return combine(...terms);
  }

  #orderAt(index: number): number {
    const left = this.timesteps.length - index;
    const lowers = this.lowersOrder && this.timesteps.length < MANY_STEPS;
    if (left === 1 && (this.endsClean || this.#endsWithEuler || lowers)) return 1;
    return Math.min(this.#cleans.length, left === 2 && lowers ? 2 : this.solverOrder);
  }

  #factorsAt(index: number, order: number): StepFactors {
    const from = this.sigmas[index]!;
    const to = this.sigmas[index + 1]!;
    const h = this.lambdaOf(to) - this.lambdaOf(from);
    const signal = this.signalOf(to);
    const kept = this.noiseOf(to) / this.noiseOf(from);
    // The stochastic solver is the other one over twice the distance, with the noise made up for.
    const distance = this.#isStochastic ? 2 * h : h;
    const grown = -Math.expm1(-distance);
    return {
      sample: this.#isStochastic ? kept * Math.exp(-h) : kept,
      clean: signal * grown,
      first: signal * (order === 2 && this.#isMidpoint ? grown / 2 : 1 - grown / distance),
      second: signal * this.#secondFactor(grown, distance),
      fresh: this.noiseOf(to) * Math.sqrt(-Math.expm1(-2 * h)),
    };
  }

  #secondFactor(grown: number, distance: number): number {
    const factor = (grown - distance) / distance ** 2;
    // diffusers subtracts the half in its stochastic third order, where one would expect it to be added; so it is done here.
    return this.#isStochastic ? factor - 0.5 : factor + 0.5;
  }

  /** Derivatives are differences of earlier predictions, so they become factors of these. */
  #cleanFactors(index: number, order: number, { clean, first, second }: StepFactors): number[] {
    if (order === 1) return [clean];
    const lambda = (back: number) => this.lambdaOf(this.sigmas[index - back]!);
    const h = lambda(-1) - lambda(0);
    const near = h / (lambda(0) - lambda(1));
    if (order === 2) return [clean + first * near, -first * near];
    const far = h / (lambda(1) - lambda(2));
    const ratio = far / (near + far);
    const curved = (near * far) / (near + far);
    const slope = first * (1 + ratio) + second * curved;
    const back = first * ratio + second * curved;
    return [clean + slope * near, -slope * near - back * far, back * far];
  }
}
