import { TorchGenerator } from '../random.js';

/** Low 32 bits count, as in torch; so -1 is 2³² − 1. */
export type Seed = bigint | number;

/**
 * The random numbers of one run, drawn in the reference's order: from one generator for the whole batch, or from one per picture where
 * there is a list of seeds (`randn_tensor` of diffusers).
 */
export class Noise {
  private readonly generators: readonly TorchGenerator[];

  constructor(seeds: Seed | readonly Seed[]) {
    const list = typeof seeds === 'object' ? seeds : [seeds];
    this.generators = list.map((seed) => new TorchGenerator(seed));
  }

  /** For every picture of the batch. */
  batch(pictures: number, length: number): Float32Array {
    const [only, ...others] = this.generators;
    if (others.length === 0) return only!.randn(pictures * length);
    const values = new Float32Array(pictures * length);
    this.generators.forEach((generator, i) => values.set(generator.randn(length), i * length));
    return values;
  }

  /** For pictures that latents are drawn of: one draw for each, or one for each generator of a list. */
  pictures(pictures: number, length: number): Float32Array[] {
    const [only, ...others] = this.generators;
    if (others.length > 0) return this.generators.map((generator) => generator.randn(length));
    const values = only!.randn(pictures * length);
    return Array.from({ length: pictures }, (_, i) => values.subarray(i * length, (i + 1) * length));
  }

  /** For what is drawn once for all. */
  first(length: number): Float32Array {
    return this.generators[0]!.randn(length);
  }
}
