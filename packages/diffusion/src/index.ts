export { type Conditioning } from './conditioning.js';
export { DiffusionError, type DiffusionErrorCode } from './diffusion-error.js';
export { encodePrompt, type PromptRequest } from './encode-prompt.js';
export { diffusionFamilies, familyOfClass, latentFamily } from './folder/family.js';
export { readGraphFile } from './folder/graph-file.js';
export { inspectModelFolder, type ModelFolder } from './folder/model-folder.js';
export { wantedFiles, type WantedFiles } from './folder/wanted-files.js';
export { parseWeights, type WeightedText } from './prompts/prompt-weights.js';
export { encodeFluxPrompt, type FluxEncoders } from './text-encoders/flux.js';
export type {
  EncodedPrompts,
  PromptEncoder,
  PromptOptions,
  PromptTexts,
} from './text-encoders/prompt-encoder.js';
export { encodeSd3Prompt, type Sd3Encoders, type Sd3Options } from './text-encoders/sd3.js';
export { encodeSdPrompt } from './text-encoders/sd.js';
export { encodeSdxlPrompt, type SdxlEncoders } from './text-encoders/sdxl.js';
export { loadTokenizer } from './tokenizers/load-tokenizer.js';
export type { PromptTokenizer } from './tokenizers/prompt-tokenizer.js';
export { TorchGenerator } from './random.js';
export {
  createScheduler,
  schedulerNames,
  type DrawNoise,
  type NoiseScheduler,
  type ScheduleOptions,
  type SchedulerConfig,
  type SchedulerName,
} from './schedulers/index.js';
export { openModel, type DiffusionModel, type OpenComponent } from './model.js';
export { type Step } from './sampling/denoise.js';
export { emptyLatents } from './sampling/empty-latents.js';
export { type Seed } from './sampling/noise.js';
export { sample } from './sampling/sample.js';
export type { ControlRequest, InpaintRequest, SampleRequest } from './sampling/sample-request.js';
export type { PictureSizes } from './sampling/sizes.js';
export { generate, type GenerateRequest } from './generate.js';
export { latentMask, maskedPicture, maskTensor } from './pictures/masks.js';
export type { GreyPicture, Picture, Size } from './pictures/picture.js';
export { pictureTensor, tensorPictures, type PictureTensorOptions } from './pictures/picture-tensor.js';
export { resizePicture, type Fit } from './pictures/resize-picture.js';
export { decodeLatents } from './vae/decode-latents.js';
export { encodePicture, type EncodeOptions } from './vae/encode-picture.js';
export { latentPreview } from './vae/latent-preview.js';
export { residentModel, type HostedFiles, type ModelHost } from './resident-model.js';
export type { DiffusionFamily } from './folder/family.js';
