import type { FloatTensor } from '@atelier/onnx';
import type { Conditioning } from '../conditioning.js';
import type { Config } from '../folder/config.js';
import type { DiffusionModel } from '../model.js';
import type { SchedulerName } from '../schedulers/index.js';
import type { Step } from './denoise.js';
import type { Seed } from './noise.js';
import type { PictureSizes } from './sizes.js';

/** A picture to follow, and a model that has a ControlNet. */
export interface ControlRequest {
  readonly model: DiffusionModel;
  /** 1 × 3 × height × width, 0 to 1, of the size of the pictures to be made */
  readonly picture: FloatTensor;
  /** 1 if left out, which is as the net was trained */
  readonly scale?: number;
  /** shares of the steps between which it has a say; 0 and 1 if left out */
  readonly start?: number;
  readonly end?: number;
}

export interface InpaintRequest {
  /** 1 × 1 × height × width in latents: 1 where something is to be painted, else 0 */
  readonly mask: FloatTensor;
  /** what `encodePicture` makes of the picture with 0 (the middle of −1 to 1) inside the mask */
  readonly masked: FloatTensor;
}

export interface SampleRequest {
  readonly conditioning: Conditioning;
  /**
   * 1 or batch × channels × height × width: zeros (`emptyLatents`) for text-to-image, a picture (`encodePicture`), or the result of
   * an earlier call.
   */
  readonly latents: FloatTensor;
  /** of each prompt; 1 if left out */
  readonly picturesPerPrompt?: number;
  /** one seed for all pictures, or one for each */
  readonly seed: Seed | readonly Seed[];
  readonly steps: number;
  /** Up to 1 the negative prompt is not used. FLUX dev and LCM take it as an input; there it does nothing else. */
  readonly guidanceScale: number;
  /** of FLUX, by a negative prompt; 1, which is without, if left out */
  readonly trueGuidanceScale?: number;
  /** 0 to 1; 0 if left out */
  readonly guidanceRescale?: number;
  /** the model's own if left out */
  readonly scheduler?: SchedulerName;
  /** fields of scheduler_config.json that are to be other than the model has them */
  readonly schedulerConfig?: Config;
  /** fresh noise in the steps of DDIM and TCD, 0 to 1; 0 if left out */
  readonly eta?: number;
  /** 0 to 1: how much of a picture is made anew; 1 if left out */
  readonly strength?: number;
  readonly inpaint?: InpaintRequest;
  readonly controls?: readonly ControlRequest[];
  /** of SDXL */
  readonly sizes?: PictureSizes;
  /** of SDXL, for the negative prompt; `sizes` if left out */
  readonly negativeSizes?: PictureSizes;
  readonly signal?: AbortSignal;
  onStep?(step: Step): void | Promise<void>;
}
