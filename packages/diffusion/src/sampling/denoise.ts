import { setImmediate } from 'node:timers/promises';
import type { FloatTensor } from '@atelier/onnx';
import type { Moment } from '../denoisers/control.js';
import type { DrawNoise, NoiseScheduler } from '../schedulers/noise-scheduler.js';

export interface Step {
  /** calls of the denoiser that are done, from 1 */
  readonly step: number;
  readonly steps: number;
  /** every picture's latents after this step; not to be changed */
  readonly latents: FloatTensor;
}

export interface Loop {
  /** with its steps set */
  readonly scheduler: NoiseScheduler;
  /** in the scheduler's `timesteps`, of the first call */
  readonly firstIndex: number;
  readonly latents: FloatTensor;
  readonly draw: DrawNoise;
  predict(scaled: Float32Array, moment: Moment): Promise<Float32Array>;
  /** Puts back what is to stay as it was, at the noise level of `timesteps[nextIndex]`, or clean after the last step. */
  keep?(latents: Float32Array, nextIndex: number | null): void;
  readonly signal?: AbortSignal;
  onStep?(step: Step): void | Promise<void>;
}

/** The loop of every family: from noisy latents to clean ones. Gives the event loop a turn after each step. */
export async function denoise(loop: Loop): Promise<FloatTensor> {
  const { scheduler, firstIndex, draw, signal } = loop;
  const calls = scheduler.timesteps.length - firstIndex;
  const { dims } = loop.latents;
  let { data } = loop.latents;
  for (let call = 0; call < calls; call++) {
    signal?.throwIfAborted();
    const index = firstIndex + call;
    const scaled = scheduler.scaleModelInput(data, index);
    const prediction = await loop.predict(scaled, { time: scheduler.timesteps[index]!, call, calls });
    data = scheduler.step(prediction, index, data, draw);
    loop.keep?.(data, call + 1 < calls ? index + 1 : null);
    await loop.onStep?.({ step: call + 1, steps: calls, latents: { dims, data } });
    await setImmediate();
  }
  return { dims, data };
}
