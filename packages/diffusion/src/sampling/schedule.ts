import { DiffusionError } from '../diffusion-error.js';
import { numberOf, type Config } from '../folder/config.js';
import type { DiffusionFamily } from '../folder/family.js';
import type { LatentShape } from '../denoisers/patches.js';
import type { ScheduleOptions } from '../schedulers/noise-scheduler.js';
import type { ChosenScheduler } from './scheduler-of.js';

export interface Course {
  readonly family: DiffusionFamily;
  readonly steps: number;
  /** null for a run that starts from noise alone */
  readonly strength: number | null;
  readonly shape: LatentShape;
  readonly chosen: ChosenScheduler;
  readonly eta?: number;
}

/**
 * Sets the scheduler's steps as the family's pipeline of diffusers does, and says with which of its `timesteps` to begin; null where
 * the strength leaves none of them.
 * @throws DiffusionError `invalid-input` for steps that the scheduler cannot take.
 */
export function setCourse(course: Course): number | null {
  const { family, steps, strength, chosen } = course;
  const { scheduler } = chosen;
  if (!Number.isSafeInteger(steps) || steps < 1)
    throw new DiffusionError(
      'invalid-input',
      `There must be at least one step, and ${steps} were asked for.`,
    );
  const skipped = strength === null ? 0 : skippedSteps(course, strength);
  if (skipped >= steps) return null;
  scheduler.setTimesteps(steps, scheduleOptions(course));
  const first = skipped * scheduler.order;
  if (strength !== null && family !== 'lcm') scheduler.setBeginIndex(first);
  return first;
}

/** `get_timesteps`: SD and SDXL cut off what SD3 and FLUX round the other way. */
function skippedSteps({ family, steps, chosen }: Course, strength: number): number {
  // The pipeline of LCM gives the strength to its grid of 50 times, and then runs all steps on what that leaves.
  if (family === 'lcm') {
    const times = numberOf(chosen.config, 'original_inference_steps') ?? 50;
    return Math.trunc(times * strength) === 0 ? steps : 0;
  }
  const kept = Math.min(steps * strength, steps);
  return family === 'sd3' || family === 'flux' ? Math.trunc(steps - kept) : steps - Math.trunc(kept);
}

function scheduleOptions({ family, steps, strength, shape, chosen, eta }: Course): ScheduleOptions {
  const { height, width } = shape;
  const { config, isFlowEuler } = chosen;
  // Each patch of 2 × 2 latents is a token.
  const shift = () => timeShift(config, Math.floor(height / 2) * Math.floor(width / 2), family);
  if (family === 'flux' && isFlowEuler) return { sigmas: evenly(steps), mu: shift() };
  if (family === 'sd3' && isFlowEuler && config['use_dynamic_shifting'] === true) return { mu: shift() };
  return family === 'lcm' && strength !== null ? { strength, eta } : { eta };
}

/** `np.linspace(1, 1 / steps, steps)` */
function evenly(steps: number): number[] {
  return Array.from({ length: steps }, (_, i) => 1 - i / steps);
}

/** `calculate_shift` of pipeline_flux.py and pipeline_stable_diffusion_3.py: larger pictures stay noisy for longer. */
function timeShift(config: Config, tokens: number, family: DiffusionFamily): number {
  const least = numberOf(config, 'base_image_seq_len') ?? 256;
  const most = numberOf(config, 'max_image_seq_len') ?? 4096;
  const from = numberOf(config, 'base_shift') ?? 0.5;
  const to = numberOf(config, 'max_shift') ?? (family === 'flux' ? 1.15 : 1.16);
  const slope = (to - from) / (most - least);
  return tokens * slope + from - slope * least;
}
