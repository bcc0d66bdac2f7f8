import { createScheduler, schedulerNames, type SchedulerConfig, type SchedulerName } from './index.js';

const stableDiffusion: SchedulerConfig = {
  _class_name: 'PNDMScheduler',
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: 'scaled_linear',
  skip_prk_steps: true,
  set_alpha_to_one: false,
  steps_offset: 1,
};
const flux: SchedulerConfig = { _class_name: 'FlowMatchEulerDiscreteScheduler', shift: 3 };

const never = () => {
  throw new Error('This step is to draw nothing.');
};

function planned(config: SchedulerConfig, name?: SchedulerName, steps = 4) {
  const scheduler = createScheduler(config, name);
  scheduler.setTimesteps(steps);
  return scheduler;
}

describe('the choice of a scheduler', () => {
  test('every name makes a scheduler of its own', () => {
    const finals = schedulerNames.map((name) => {
      const scheduler = planned(name === 'flow_euler' ? flux : stableDiffusion, name, 5);
      let sample = Float32Array.of(0.5, -1);
      for (let i = 0; i < scheduler.timesteps.length; i++) {
        const predicted = sample.map((x) => Math.sin(x * i));
        sample = Float32Array.from(scheduler.step(predicted, i, sample, () => Float32Array.of(1, -2)));
      }
      return [...sample].join();
    });
    expect(new Set(finals).size).toBe(schedulerNames.length);
    expect(schedulerNames).toHaveLength(14);
  });

  test('without a name the config decides', () => {
    expect([...planned(stableDiffusion).timesteps]).toEqual([751, 501, 501, 251, 1]);
    expect(planned(flux).sigmas[0]).toBe(1);
  });

  test('fields that the config lacks have the default of the scheduler that is chosen, those it has are kept', () => {
    expect([...planned(stableDiffusion, 'euler').timesteps]).toEqual([999, 666, 333, 0]);
    const saved = { ...stableDiffusion, timestep_spacing: 'leading' };
    expect([...planned(saved, 'euler').timesteps]).toEqual([751, 501, 251, 1]);
    expect([...planned(saved, 'dpmpp_2m').timesteps]).toEqual([801, 601, 401, 201]);
  });

  test('a name settles what it says, and nothing else', () => {
    const karras = { ...stableDiffusion, use_karras_sigmas: true };
    const plain = planned(stableDiffusion, 'dpmpp_2m').sigmas;
    expect(planned(stableDiffusion, 'dpmpp_2m_karras').sigmas).not.toEqual(plain);
    expect(planned(karras, 'dpmpp_2m').sigmas).toEqual(planned(stableDiffusion, 'dpmpp_2m_karras').sigmas);
    const beta = { ...stableDiffusion, use_beta_sigmas: true };
    expect(planned(beta, 'dpmpp_2m_karras').sigmas).toEqual(planned(karras, 'dpmpp_2m').sigmas);
    expect(planned(karras, 'euler_a').sigmas).toEqual(planned(stableDiffusion, 'euler_a').sigmas);
  });

  test('configs of other schedulers and of Python are understood', () => {
    const ofUniPc = {
      ...stableDiffusion,
      solver_type: 'bh2',
      lambda_min_clipped: '-Infinity',
      sigma_min: null,
    };
    expect([...planned(ofUniPc, 'dpmpp_2m').timesteps]).toEqual([999, 749, 500, 250]);
    const clipped = { ...stableDiffusion, lambda_min_clipped: -2 };
    expect(planned(clipped, 'dpmpp_2m').timesteps[0]).toBeLessThan(999);
  });

  test('an unknown name or class is refused with all that there are', () => {
    expect(() => createScheduler(stableDiffusion, 'ddpm' as SchedulerName)).toThrow(
      /no scheduler "ddpm".*ddim, pndm, euler, euler_a.*flow_euler/,
    );
    expect(() => createScheduler({ _class_name: 'ScoreSdeVeScheduler' })).toThrow(
      /"ScoreSdeVeScheduler", which is not supported \(supported: DDIMScheduler.*choose a scheduler by name: ddim/,
    );
    expect(() => createScheduler({})).toThrow('names no scheduler');
    expect(() => createScheduler(stableDiffusion, 'toString' as SchedulerName)).toThrow('no scheduler');
  });

  test('a config that asks for what is not supported is refused with the field', () => {
    const make = (fields: SchedulerConfig, name: SchedulerName) => () =>
      createScheduler({ ...stableDiffusion, ...fields }, name);
    expect(make({ timestep_spacing: 'even' }, 'euler')).toThrow(
      '"timestep_spacing" is "even"; supported here: leading, linspace, trailing.',
    );
    expect(make({ beta_start: 'small' }, 'euler')).toThrow(
      '"beta_start" is "small"; supported here: a number',
    );
    expect(make({ thresholding: true }, 'ddim')).toThrow('"thresholding" is true; supported here: false');
    expect(make({ use_karras_sigmas: true, use_beta_sigmas: true }, 'euler')).toThrow('exclude each other');
    expect(make({ solver_order: 4 }, 'unipc')).toThrow('"solver_order" must be 1, 2 or 3');
  });
});

describe('models trained by flow matching', () => {
  test.each(
    schedulerNames.filter(
      (name) => !['flow_euler', 'dpmpp_2m', 'dpmpp_3m', 'dpmpp_2m_sde', 'unipc'].includes(name),
    ),
  )('%s is refused for them', (name) => {
    expect(() => createScheduler(flux, name)).toThrow(
      `The scheduler ${name} does not fit this model, which was trained by flow matching; choose one of flow_euler`,
    );
  });

  test('other solvers that know flows take the shift of the model', () => {
    const { sigmas } = planned(flux, 'unipc');
    const expected = planned({
      _class_name: 'UniPCMultistepScheduler',
      use_flow_sigmas: true,
      flow_shift: 3,
    }).sigmas;
    expect(sigmas).toEqual(expected);
    expect(planned(flux, 'dpmpp_2m').sigmas[0]).toBeCloseTo(0.9997, 3);
  });

  test('the shift by size needs mu, and follows it', () => {
    const dynamic = { ...flux, use_dynamic_shifting: true };
    expect(() => planned(dynamic)).toThrow('give mu');
    const scheduler = createScheduler(dynamic, 'unipc');
    scheduler.setTimesteps(4, { mu: Math.log(3), sigmas: [1, 0.75, 0.5, 0.25] });
    expect(scheduler.sigmas).toEqual(planned(flux, 'unipc').sigmas);
  });

  test('flow_euler is refused for other models', () => {
    expect(() => createScheduler(stableDiffusion, 'flow_euler')).toThrow(
      'The scheduler flow_euler is for models trained by flow matching',
    );
  });
});

describe('a run', () => {
  test('steps and noise levels out of range are refused', () => {
    const scheduler = createScheduler(stableDiffusion, 'euler');
    for (const steps of [0, 1001, 2.5, NaN])
      expect(() => scheduler.setTimesteps(steps)).toThrow('Steps must be a whole number from 1 to 1000.');
    expect(() => scheduler.setTimesteps(2, { sigmas: [2, 1] })).toThrow('give it none');
    expect(() => createScheduler(flux).setTimesteps(3, { sigmas: [1, 0.5] })).toThrow(
      'Give as many noise levels as steps: 3',
    );
    expect(() => createScheduler(stableDiffusion, 'lcm').setTimesteps(30, { strength: 0.5 })).toThrow(
      'at most 50 steps times the strength, 25 here',
    );
    expect(() => createScheduler(stableDiffusion, 'tcd').setTimesteps(4, { eta: 1.5 })).toThrow(
      'eta must be from 0 to 1',
    );
  });

  test('a call outside the schedule, or arrays that differ in size, are refused', () => {
    const scheduler = createScheduler(stableDiffusion, 'euler');
    const one = Float32Array.of(1);
    expect(() => scheduler.step(one, 0, one, never)).toThrow('set the timesteps first');
    scheduler.setTimesteps(4);
    expect(() => scheduler.step(one, 4, one, never)).toThrow('There is no call 4 in a schedule of 4');
    expect(() => scheduler.setBeginIndex(4)).toThrow('There is no call 4');
    expect(() => scheduler.step(one, 0, Float32Array.of(1, 2), never)).toThrow('must be of one size');
  });

  test.each(['pndm', 'heun', 'lms', 'dpmpp_3m', 'unipc'] as const)(
    '%s forgets a run when the next one begins',
    (name) => {
      const scheduler = createScheduler(stableDiffusion, name);
      const run = () => {
        scheduler.setTimesteps(3);
        let sample = Float32Array.of(0.3, 2);
        for (let i = 0; i < 3; i++) {
          const predicted = sample.map((x) => Math.cos(x + i));
          sample = Float32Array.from(scheduler.step(predicted, i, sample, never));
        }
        return sample;
      };
      expect(run()).toEqual(run());
    },
  );

  test('DDIM draws only when it is asked for fresh noise', () => {
    const scheduler = createScheduler(stableDiffusion, 'ddim');
    const values = Float32Array.of(0.2, 0.4);
    scheduler.setTimesteps(4);
    const calm = scheduler.step(values, 0, values, never);
    scheduler.setTimesteps(4, { eta: 0.6 });
    const fresh = scheduler.step(values, 0, values, () => Float32Array.of(1, 1));
    expect(fresh).not.toEqual(calm);
  });

  test('DDIM lets latents go beyond 1 unless the config says otherwise', () => {
    const far = Float32Array.of(40);
    const nothing = Float32Array.of(0);
    const clean = (config: SchedulerConfig) => planned(config, 'ddim', 1).step(nothing, 0, far, never)[0]!;
    expect(clean(stableDiffusion)).toBeGreaterThan(30);
    expect(clean({ ...stableDiffusion, clip_sample: true })).toBeLessThan(1.01);
  });

  test('PNDM with Runge-Kutta steps refuses fewer steps than these take', () => {
    const scheduler = createScheduler({ ...stableDiffusion, skip_prk_steps: false });
    expect(() => scheduler.setTimesteps(3)).toThrow('needs 4 steps or more');
    scheduler.setTimesteps(5);
    expect(scheduler.timesteps).toHaveLength(14);
  });

  test('a step on latents of 64 × 64 × 4 takes less than a millisecond', () => {
    const values = new Float32Array(64 * 64 * 4).fill(0.3);
    for (const name of schedulerNames.filter((one) => one !== 'flow_euler')) {
      const scheduler = planned(stableDiffusion, name, 20);
      const times = Array.from(scheduler.timesteps, (_, i) => {
        const start = performance.now();
        scheduler.step(scheduler.scaleModelInput(values, i), i, values, () => values);
        return performance.now() - start;
      });
      expect(Math.min(...times)).toBeLessThan(1);
    }
  });
});
