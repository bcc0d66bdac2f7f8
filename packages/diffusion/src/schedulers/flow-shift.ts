import { DiffusionError } from '../diffusion-error.js';

/** Moves a noise level of flow matching, 0 to 1, up: https://arxiv.org/abs/2403.03206, equation (23). */
export function shifted(sigma: number, shift: number): number {
  return (shift * sigma) / (1 + (shift - 1) * sigma);
}

/**
 * The shift that belongs to a picture's size, which the family computes.
 * @throws DiffusionError `invalid-input` when it was not given
 */
export function requireMu(mu: number | undefined): number {
  if (mu !== undefined) return mu;
  throw new DiffusionError(
    'invalid-input',
    'This model shifts its noise by the size of the picture; give mu.',
  );
}
