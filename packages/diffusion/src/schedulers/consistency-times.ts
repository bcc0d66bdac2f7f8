import { DiffusionError } from '../diffusion-error.js';

export interface ConsistencyGrid {
  steps: number;
  trainSteps: number;
  /** Times at which the model was distilled. */
  originalSteps: number;
  /** Share of them to use, from the least noise up. */
  strength: number;
}

/**
 * Descending times that are a subset of those at which a consistency model was distilled (LCM, TCD).
 * @throws DiffusionError `invalid-input` when there are fewer of them than steps
 */
export function consistencyTimes({
  steps,
  trainSteps,
  originalSteps,
  strength,
}: ConsistencyGrid): Float64Array {
  const count = Math.floor(originalSteps * strength);
  if (steps > count) {
    throw new DiffusionError(
      'invalid-input',
      `This model takes at most ${originalSteps} steps times the strength, ${count} here; ask for fewer steps than ${steps}.`,
    );
  }
  const stride = Math.floor(trainSteps / originalSteps);
  return Float64Array.from(
    { length: steps },
    (_, i) => (count - Math.floor(i * (count / steps))) * stride - 1,
  );
}
