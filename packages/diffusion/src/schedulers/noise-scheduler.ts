/** Options of a run that a model family or a tool sets. */
export interface ScheduleOptions {
  /** Noise levels given by the pipeline instead of the scheduler's own grid (FLUX). */
  sigmas?: readonly number[];
  /** Time shift of dynamic shifting (FLUX, SD3.5). */
  mu?: number;
  /** Share of the grid that image-to-image runs, 0 to 1; LCM and TCD thin their grid by it, others are sliced by the caller. */
  strength?: number;
  /** Share of fresh noise in each step of DDIM and TCD, 0 to 1; 0 when not given, as the pipelines of diffusers have it. */
  eta?: number;
}

/** Draws standard normal noise of the sample's size, in the order in which the reference draws it. */
export type DrawNoise = () => Float32Array;

/**
 * A noise scheduler for one run, as Hugging Face diffusers has them: state lives from `setTimesteps` to the last `step`. Samples
 * are float32; the arithmetic is in float64 on the reference's float32 tables.
 */
export interface NoiseScheduler {
  /** Times of the denoiser calls, descending; some schedulers call more than once per step asked for. */
  readonly timesteps: Float64Array;
  /** Noise levels, one more than `timesteps` where the scheduler works with them, else empty. */
  readonly sigmas: Float64Array;
  /** What standard normal noise is multiplied by to start. */
  readonly initNoiseSigma: number;
  /** Denoiser calls per step of the grid: 2 for Heun, else 1. */
  readonly order: number;
  setTimesteps(steps: number, options?: ScheduleOptions): void;
  /** For image-to-image: the index in `timesteps` of the first call. */
  setBeginIndex(index: number): void;
  /** The sample as the denoiser wants it at `timesteps[index]`; the sample itself where it is to stay as it is. */
  scaleModelInput(sample: Float32Array, index: number): Float32Array;
  /**
   * From `timesteps[index]` to the next one, given what the denoiser has predicted. The result is the caller's; `prediction` and
   * `sample` may be kept for later steps, so nothing may be written into them any more.
   */
  step(prediction: Float32Array, index: number, sample: Float32Array, draw: DrawNoise): Float32Array;
  /** A clean sample with noise of the level at `timesteps[index]`. */
  addNoise(clean: Float32Array, noise: Float32Array, index: number): Float32Array;
}
