import type { FloatTensor } from '@atelier/onnx';
import { DiffusionError } from '../diffusion-error.js';
import { join } from './batch-run.js';

/** What steers every call of a run, one entry per picture, by the names that optimum gives the denoiser's inputs. */
export type Steering = Readonly<Record<string, FloatTensor>>;

/** Both halves of a guided call, the negative one first. */
export function bothHalves(negative: Steering | null, positive: Steering): Steering {
  if (negative === null) return positive;
  const halves = Object.entries(positive).map(([name, tensor]) => {
    const other = negative[name];
    if (other === undefined || other.data.length !== tensor.data.length)
      throw new DiffusionError(
        'invalid-input',
        `The negative prompt's ${name} is missing or of another length than the prompt's; encode both together.`,
      );
    return [name, join([other, tensor])];
  });
  return Object.fromEntries(halves) as Steering;
}
