import { DiffusionError } from '../diffusion-error.js';
import type { SchedulerConfig } from './config-fields.js';
import { DdimScheduler } from './ddim.js';
import { DpmppMultistepScheduler } from './dpmpp-multistep.js';
import { EulerAncestralScheduler } from './euler-ancestral.js';
import { EulerScheduler } from './euler.js';
import { FlowEulerScheduler } from './flow-euler.js';
import { HeunScheduler } from './heun.js';
import { LcmScheduler } from './lcm.js';
import { LmsScheduler } from './lms.js';
import type { NoiseScheduler } from './noise-scheduler.js';
import { PndmScheduler } from './pndm.js';
import { TcdScheduler } from './tcd.js';
import { UniPcScheduler } from './unipc.js';

export type { SchedulerConfig } from './config-fields.js';
export type { DrawNoise, NoiseScheduler, ScheduleOptions } from './noise-scheduler.js';

interface SchedulerClass {
  new (config: SchedulerConfig): NoiseScheduler;
}

/** By the `_class_name` of diffusers. */
const classes = {
  DDIMScheduler: DdimScheduler,
  PNDMScheduler: PndmScheduler,
  EulerDiscreteScheduler: EulerScheduler,
  EulerAncestralDiscreteScheduler: EulerAncestralScheduler,
  HeunDiscreteScheduler: HeunScheduler,
  LMSDiscreteScheduler: LmsScheduler,
  DPMSolverMultistepScheduler: DpmppMultistepScheduler,
  UniPCMultistepScheduler: UniPcScheduler,
  LCMScheduler: LcmScheduler,
  TCDScheduler: TcdScheduler,
  FlowMatchEulerDiscreteScheduler: FlowEulerScheduler,
} as const satisfies Record<string, SchedulerClass>;

type ClassName = keyof typeof classes;

interface Named {
  className: ClassName;
  /** Fields that the name itself settles, whatever the model's config says. */
  settles?: SchedulerConfig;
}

const named = {
  ddim: { className: 'DDIMScheduler' },
  pndm: { className: 'PNDMScheduler' },
  euler: { className: 'EulerDiscreteScheduler' },
  euler_a: { className: 'EulerAncestralDiscreteScheduler' },
  heun: { className: 'HeunDiscreteScheduler' },
  lms: { className: 'LMSDiscreteScheduler' },
  dpmpp_2m: dpmpp({ solver_order: 2 }),
  dpmpp_2m_karras: dpmpp({
    solver_order: 2,
    use_karras_sigmas: true,
    use_exponential_sigmas: false,
    use_beta_sigmas: false,
    use_lu_lambdas: false,
  }),
  dpmpp_3m: dpmpp({ solver_order: 3 }),
  dpmpp_2m_sde: dpmpp({ solver_order: 2, algorithm_type: 'sde-dpmsolver++' }),
  unipc: { className: 'UniPCMultistepScheduler' },
  lcm: { className: 'LCMScheduler' },
  tcd: { className: 'TCDScheduler' },
  flow_euler: { className: 'FlowMatchEulerDiscreteScheduler' },
} as const satisfies Record<string, Named>;

export type SchedulerName = keyof typeof named;

/** What a caller may choose from. */
export const schedulerNames = Object.keys(named) as readonly SchedulerName[];

const flowNames: readonly SchedulerName[] = ['flow_euler', 'dpmpp_2m', 'dpmpp_3m', 'dpmpp_2m_sde', 'unipc'];

/**
 * A scheduler as a model's `scheduler_config.json` describes it, or another one for the same model.
 *
 * A name works like `from_config` of diffusers: the fields that the config has are kept, and those it has not get the default of
 * the class that is named, not of the one that wrote the config. So `dpmpp_2m` on a config with `use_karras_sigmas` stays Karras,
 * and `euler` on a config without `timestep_spacing` is spaced by linspace. Only what a name says itself overrides the config.
 * For models trained by flow matching, `dpmpp_2m`, `dpmpp_3m`, `dpmpp_2m_sde` and `unipc` take the model's own shift.
 *
 * @param config the parsed JSON; infinities may be text
 * @param name none for the scheduler that the config names in `_class_name`
 * @throws DiffusionError `invalid-input` for an unknown name, or one that does not fit the model; `model-invalid` for a config that
 *   names an unknown class or asks for what is not supported
 */
export function createScheduler(config: SchedulerConfig, name?: SchedulerName): NoiseScheduler {
  if (name === undefined) return new classes[classNameOf(config)](config);
  if (!Object.hasOwn(named, name)) {
    throw new DiffusionError(
      'invalid-input',
      `There is no scheduler "${name}"; choose one of ${list(schedulerNames)}.`,
    );
  }
  requireFit(config, name);
  const { className, settles }: Named = named[name];
  const Scheduler = classes[className];
  const isFlowSolver = isFlow(config) && name !== 'flow_euler';
  return new Scheduler({ ...config, ...settles, ...(isFlowSolver ? flowFields(config) : {}) });
}

function dpmpp(settles: SchedulerConfig): Named {
  return {
    className: 'DPMSolverMultistepScheduler',
    settles: { algorithm_type: 'dpmsolver++', ...settles },
  };
}

function classNameOf(config: SchedulerConfig): ClassName {
  const className = config._class_name;
  if (typeof className === 'string' && Object.hasOwn(classes, className)) return className as ClassName;
  const problem =
    className === undefined
      ? 'names no scheduler'
      : `names the scheduler ${JSON.stringify(className)}, which is not supported`;
  throw new DiffusionError(
    'model-invalid',
    `scheduler_config.json ${problem} (supported: ${list(Object.keys(classes))}); choose a scheduler by name: ${list(schedulerNames)}.`,
  );
}

/** What a model of one kind predicts means nothing to a solver for the other kind. */
function requireFit(config: SchedulerConfig, name: SchedulerName): void {
  if (isFlow(config) && !flowNames.includes(name)) {
    throw new DiffusionError(
      'invalid-input',
      `The scheduler ${name} does not fit this model, which was trained by flow matching; choose one of ${list(flowNames)}.`,
    );
  }
  if (!isFlow(config) && config._class_name !== undefined && name === 'flow_euler') {
    const others = schedulerNames.filter((one) => one !== name);
    throw new DiffusionError(
      'invalid-input',
      `The scheduler flow_euler is for models trained by flow matching, which this one is not; choose one of ${list(others)}.`,
    );
  }
}

function isFlow(config: SchedulerConfig): boolean {
  return (
    String(config._class_name).startsWith('FlowMatch') ||
    config.prediction_type === 'flow_prediction' ||
    config.use_flow_sigmas === true
  );
}

function flowFields(config: SchedulerConfig): SchedulerConfig {
  return {
    use_flow_sigmas: true,
    prediction_type: 'flow_prediction',
    flow_shift: config.flow_shift ?? config.shift,
  };
}

function list(names: readonly string[]): string {
  return names.join(', ');
}
