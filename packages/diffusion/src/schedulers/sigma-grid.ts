import { DiffusionError } from '../diffusion-error.js';
import { flagField, type SchedulerConfig } from './config-fields.js';
import { linspace } from './numpy.js';
import { inverseIncompleteBeta } from './inverse-incomplete-beta.js';

/** How noise levels can be spread, instead of taking those of evenly spaced times. */
export const sigmaGrids = ['karras', 'exponential', 'beta'] as const;
export type SigmaGrid = (typeof sigmaGrids)[number];

/**
 * The grid that `use_karras_sigmas` and its like ask for; null for none.
 * @throws DiffusionError `model-invalid` when there are several
 */
export function gridOf(config: SchedulerConfig): SigmaGrid | null {
  const [grid = null, second] = sigmaGrids.filter((one) => flagField(config, `use_${one}_sigmas`, false));
  if (second !== undefined) {
    throw new DiffusionError(
      'model-invalid',
      `scheduler_config.json: use_${grid}_sigmas and use_${second}_sigmas exclude each other; set one of them to false.`,
    );
  }
  return grid;
}

/** `count` noise levels from the largest down to the smallest. */
export function spreadSigmas(
  grid: SigmaGrid,
  largest: number,
  smallest: number,
  count: number,
): Float64Array {
  switch (grid) {
    case 'karras':
      return karras(largest, smallest, count);
    case 'exponential':
      return linspace(Math.log(largest), Math.log(smallest), count).map(Math.exp);
    case 'beta':
      return beta(largest, smallest, count);
  }
}

/** Karras et al. 2022, equation (5), with rho 7: https://arxiv.org/abs/2206.00364 */
function karras(largest: number, smallest: number, count: number): Float64Array {
  const rho = 7;
  const from = largest ** (1 / rho);
  const to = smallest ** (1 / rho);
  return linspace(0, 1, count).map((ramp) => (from + ramp * (to - from)) ** rho);
}

/** "Beta Sampling is All You Need", with both parameters 0.6: https://arxiv.org/abs/2407.12173 */
function beta(largest: number, smallest: number, count: number): Float64Array {
  return linspace(0, 1, count).map(
    (ramp) => smallest + inverseIncompleteBeta(1 - ramp, 0.6, 0.6) * (largest - smallest),
  );
}
