import { createScheduler, type NoiseScheduler, type SchedulerConfig } from './index.js';
import { TrainedNoise, usualNoise } from './trained-noise.js';

/**
 * For data of the normal distribution the perfect denoiser is known, and so is where it leads: samples keep their size in standard
 * deviations. That checks all solvers without a reference, those included of which it has no run.
 */
const deviation = 0.6;
const stableDiffusion = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' };

interface Level {
  signal: number;
  noise: number;
}

const trained = new TrainedNoise(stableDiffusion, usualNoise);
const ofTime: LevelOf = (scheduler, index) => {
  const signal = trained.signals[scheduler.timesteps[index]!]!;
  return { signal: Math.sqrt(signal), noise: Math.sqrt(1 - signal) };
};
const ofSigma: LevelOf = (scheduler, index) => {
  const signal = 1 / Math.hypot(scheduler.sigmas[index]!, 1);
  return { signal, noise: scheduler.sigmas[index]! * signal };
};
const ofFlow: LevelOf = (scheduler, index) => {
  const sigma = scheduler.sigmas[index]!;
  return { signal: 1 - sigma, noise: sigma };
};
type LevelOf = (scheduler: NoiseScheduler, index: number) => Level;

// Evenly spaced times would leave the last step, always of first order, the largest error.
const karras = { use_karras_sigmas: true };
const dpmpp = { _class_name: 'DPMSolverMultistepScheduler', ...karras };
const unipc = { _class_name: 'UniPCMultistepScheduler', ...karras };
const flow = {
  use_karras_sigmas: false,
  use_flow_sigmas: true,
  flow_shift: 3,
  prediction_type: 'flow_prediction',
};
const pndm = { _class_name: 'PNDMScheduler', set_alpha_to_one: true };

const firstOrder = 0.13;
const secondOrder = 0.02;
const higherOrder = 0.003;

test.each<[string, SchedulerConfig, LevelOf, number]>([
  ['DDIM', { _class_name: 'DDIMScheduler' }, ofTime, firstOrder],
  ['PNDM without Runge-Kutta steps', { ...pndm, skip_prk_steps: true }, ofTime, secondOrder],
  ['PNDM with Runge-Kutta steps', pndm, ofTime, secondOrder],
  ['Euler', { _class_name: 'EulerDiscreteScheduler' }, ofSigma, firstOrder],
  ['Heun', { _class_name: 'HeunDiscreteScheduler' }, ofSigma, secondOrder],
  ['LMS', { _class_name: 'LMSDiscreteScheduler' }, ofSigma, higherOrder],
  ['DPM++ of first order', { ...dpmpp, solver_order: 1 }, ofSigma, firstOrder],
  ['DPM++ 2M', dpmpp, ofSigma, secondOrder],
  ['DPM++ 2M of Heun type', { ...dpmpp, solver_type: 'heun' }, ofSigma, secondOrder],
  [
    'DPM++ 2M over even logarithms',
    { ...dpmpp, use_karras_sigmas: false, use_lu_lambdas: true },
    ofSigma,
    secondOrder,
  ],
  ['DPM++ 3M', { ...dpmpp, solver_order: 3 }, ofSigma, higherOrder],
  ['DPM++ 2M of a flow', { ...dpmpp, ...flow }, ofFlow, secondOrder],
  ['UniPC', unipc, ofSigma, secondOrder],
  ['UniPC with B1(h)', { ...unipc, solver_type: 'bh1' }, ofSigma, secondOrder],
  ['UniPC of third order', { ...unipc, solver_order: 3 }, ofSigma, higherOrder],
  ['UniPC of a flow', { ...unipc, ...flow }, ofFlow, secondOrder],
  ['Euler of a flow', { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 }, ofFlow, firstOrder],
])('%s keeps samples of normal data at their distance from the mean', (_name, config, levelOf, tolerance) => {
  expect(Math.abs(distanceAfter(20, config, levelOf) - 1)).toBeLessThan(tolerance);
});

/** In standard deviations, of a sample that begins at one. */
function distanceAfter(steps: number, config: SchedulerConfig, levelOf: LevelOf): number {
  const scheduler = createScheduler({ ...stableDiffusion, ...config });
  scheduler.setTimesteps(steps);
  const grows = levelOf === ofSigma && scheduler.initNoiseSigma !== 1;
  const first = levelOf(scheduler, 0);
  let sample = Float32Array.of(spread(first) / (grows ? first.signal : 1));
  for (let i = 0; i < scheduler.timesteps.length; i++) {
    const scaled = scheduler.scaleModelInput(sample, i);
    const predicted = perfect(scaled, levelOf(scheduler, i), levelOf === ofFlow);
    sample = Float32Array.from(scheduler.step(predicted, i, sample, noDraw));
  }
  return sample[0]! / deviation;
}

function perfect(sample: Float32Array, { signal, noise }: Level, isFlow: boolean): Float32Array {
  const variance = spread({ signal, noise }) ** 2;
  const clean = (signal * deviation ** 2) / variance;
  const epsilon = noise / variance;
  return sample.map((x) => x * (isFlow ? epsilon - clean : epsilon));
}

function spread({ signal, noise }: Level): number {
  return Math.hypot(signal * deviation, noise);
}

function noDraw(): never {
  throw new Error('This scheduler is to draw nothing.');
}
