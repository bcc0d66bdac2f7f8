import { readReferenceJson } from '../../../../test/reference/pack.js';
import { TorchGenerator } from '../random.js';
import { createScheduler, type NoiseScheduler, type SchedulerConfig } from './index.js';

interface Case {
  name: string;
  cls: string;
  steps: number;
  config: SchedulerConfig;
  timesteps: number[];
  sigmas: number[] | null;
  trace4: number[][];
  final: number[];
}

interface WholeCase extends Case {
  init_noise_sigma: number;
  mu?: number;
  set_sigmas?: number[];
}

interface PartialCase extends Case {
  strength: number;
  order: number;
  /** null where the scheduler thins its grid by the strength instead */
  begin_index: number | null;
  noisy: number[];
}

interface Reference {
  step_noise_seed: number;
  x0: number[];
  noise: number[];
  text2img: WholeCase[];
  img2img: PartialCase[];
}

const reference = readReferenceJson<Reference>('goldens', 'schedulers.json');
const tolerance = 1e-5;
/** The reference ran each class with its own default, where pipelines give 0. */
const eta: Record<string, number> = { TCDScheduler: 0.3 };

describe('a schedule from noise to a picture', () => {
  test.each(byName(reference.text2img))('%s', (_name, one) => {
    const scheduler = createScheduler({ ...one.config, _class_name: one.cls });
    scheduler.setTimesteps(one.steps, { sigmas: one.set_sigmas, mu: one.mu, eta: eta[one.cls] });
    expectSameTimes(scheduler.timesteps, one.timesteps);
    if (one.sigmas) expectClose(scheduler.sigmas, one.sigmas);
    expectClose([scheduler.initNoiseSigma], [one.init_noise_sigma]);
    const start = Float32Array.from(reference.x0, (value) => value * scheduler.initNoiseSigma);
    expectSameSteps(scheduler, one, start, 0);
  });
});

describe('a schedule from a picture with noise to another picture', () => {
  test.each(byName(reference.img2img))('%s', (_name, one) => {
    const scheduler = createScheduler({ ...one.config, _class_name: one.cls });
    const thins = one.begin_index === null;
    scheduler.setTimesteps(one.steps, {
      strength: thins ? one.strength : undefined,
      eta: eta[one.cls],
    });
    const begin = one.begin_index ?? 0;
    scheduler.setBeginIndex(begin);
    expect(scheduler.order).toBe(one.order);
    expectSameTimes(scheduler.timesteps.slice(begin), one.timesteps);
    if (one.sigmas) expectClose(scheduler.sigmas, one.sigmas);
    const noisy = scheduler.addNoise(
      Float32Array.from(reference.x0),
      Float32Array.from(reference.noise),
      begin,
    );
    expectClose(noisy, one.noisy);
    expectSameSteps(scheduler, one, noisy, begin);
  });
});

function byName<One extends Case>(cases: One[]): [string, One][] {
  return cases.map((one) => [one.name, one]);
}

function expectSameSteps(scheduler: NoiseScheduler, one: Case, start: Float32Array, begin: number): void {
  const generator = new TorchGenerator(reference.step_noise_seed);
  let sample = start;
  for (let i = begin; i < scheduler.timesteps.length; i++) {
    const predicted = standIn(scheduler.scaleModelInput(sample, i), scheduler.timesteps[i]!);
    sample = scheduler.step(predicted, i, sample, () => generator.randn(sample.length));
    expectClose(sample.slice(0, 4), one.trace4[i - begin]!);
  }
  expect(scheduler.timesteps.length - begin).toBe(one.trace4.length);
  expectClose(sample, one.final);
}

/** The formula that stands for a denoiser in the reference. */
function standIn(sample: Float32Array, time: number): Float32Array {
  const scale = 0.2 * Math.cos(time / 137);
  return sample.map((x) => 0.8 * Math.sin(1.3 * x) + scale * x);
}

function expectSameTimes(times: ArrayLike<number>, expected: readonly number[]): void {
  expectClose(times, expected);
  const whole = (_: number, i: number) => Number.isInteger(expected[i]);
  expect(Array.from(times).filter(whole)).toEqual(expected.filter(Number.isInteger));
}

function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  const error = Math.max(...expected.map((value, i) => Math.abs(value - values[i]!)));
  expect(error / largest).toBeLessThanOrEqual(tolerance);
}
