import { DiffusionError } from '../diffusion-error.js';

/** @throws DiffusionError `invalid-input` when it is not from 0 to 1 */
export function etaOf(eta = 0): number {
  if (eta >= 0 && eta <= 1) return eta;
  throw new DiffusionError('invalid-input', `eta must be from 0 to 1, not ${eta}.`);
}
