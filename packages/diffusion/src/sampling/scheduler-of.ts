import type { Config } from '../folder/config.js';
import type { DiffusionFamily } from '../folder/family.js';
import { familyOf, type DiffusionModel } from '../model.js';
import { createScheduler } from '../schedulers/index.js';
import type { NoiseScheduler } from '../schedulers/noise-scheduler.js';
import type { SampleRequest } from './sample-request.js';

const latentDiffusion = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  num_train_timesteps: 1000,
};

/** For folders without scheduler/scheduler_config.json: what the first model of the family came with. */
const usual: Readonly<Record<DiffusionFamily, Config>> = {
  sd: { ...latentDiffusion, _class_name: 'PNDMScheduler', skip_prk_steps: true, steps_offset: 1 },
  lcm: { ...latentDiffusion, _class_name: 'LCMScheduler' },
  sdxl: {
    ...latentDiffusion,
    _class_name: 'EulerDiscreteScheduler',
    timestep_spacing: 'leading',
    steps_offset: 1,
  },
  sd3: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 },
  flux: { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 1 },
};

export interface ChosenScheduler {
  readonly scheduler: NoiseScheduler;
  readonly config: Config;
  /** Whether it is the one of SD3 and FLUX, whose pipelines give it its grid; other solvers make their own. */
  readonly isFlowEuler: boolean;
}

/**
 * The scheduler that a request asks for, else the model's own.
 * @throws DiffusionError `invalid-input` for one that does not fit the model.
 */
export function schedulerOf(
  model: DiffusionModel,
  { scheduler: name, schedulerConfig }: Pick<SampleRequest, 'scheduler' | 'schedulerConfig'>,
): ChosenScheduler {
  const config = { ...(model.folder.schedulerConfig ?? usual[familyOf(model)]), ...schedulerConfig };
  const isFlowEuler =
    name === undefined ? config['_class_name'] === usual.flux['_class_name'] : name === 'flow_euler';
  return { scheduler: createScheduler(config, name), config, isFlowEuler };
}
