import type { FloatTensor } from '@atelier/onnx';
import type { DiffusionFamily } from '../folder/family.js';
import type { Picture } from '../pictures/picture.js';

type Colour = readonly [red: number, green: number, blue: number];

interface Palette {
  /** of each channel, −1 to 1 */
  readonly channels: readonly Colour[];
  readonly base: Colour;
}

/** Colours that linear fits gave the channels of each VAE's latents; the numbers are those of ComfyUI (comfy/latent_formats.py). */
const sd: Palette = {
  channels: [
    [0.3512, 0.2297, 0.3227],
    [0.325, 0.4974, 0.235],
    [-0.2829, 0.1762, 0.2721],
    [-0.212, -0.2616, -0.7177],
  ],
  base: [0, 0, 0],
};

const sdxl: Palette = {
  channels: [
    [0.3651, 0.4232, 0.4341],
    [-0.2533, -0.0042, 0.1068],
    [0.1076, 0.1111, -0.0362],
    [-0.3165, -0.2492, -0.2188],
  ],
  base: [0.1084, -0.0175, -0.0011],
};

const sd3: Palette = {
  channels: [
    [-0.0922, -0.0175, 0.0749],
    [0.0311, 0.0633, 0.0954],
    [0.1994, 0.0927, 0.0458],
    [0.0856, 0.0339, 0.0902],
    [0.0587, 0.0272, -0.0496],
    [-0.0006, 0.1104, 0.0309],
    [0.0978, 0.0306, 0.0427],
    [-0.0042, 0.1038, 0.1358],
    [-0.0194, 0.002, 0.0669],
    [-0.0488, 0.013, -0.0268],
    [0.0922, 0.0988, 0.0951],
    [-0.0278, 0.0524, -0.0542],
    [0.0332, 0.0456, 0.0895],
    [-0.0069, -0.003, -0.081],
    [-0.0596, -0.0465, -0.0293],
    [-0.1448, -0.1463, -0.1189],
  ],
  base: [0.2394, 0.2135, 0.1925],
};

const flux: Palette = {
  channels: [
    [-0.0346, 0.0244, 0.0681],
    [0.0034, 0.021, 0.0687],
    [0.0275, -0.0668, -0.0433],
    [-0.0174, 0.016, 0.0617],
    [0.0859, 0.0721, 0.0329],
    [0.0004, 0.0383, 0.0115],
    [0.0405, 0.0861, 0.0915],
    [-0.0236, -0.0185, -0.0259],
    [-0.0245, 0.025, 0.118],
    [0.1008, 0.0755, -0.0421],
    [-0.0515, 0.0201, 0.0011],
    [0.0428, -0.0012, -0.0036],
    [0.0817, 0.0765, 0.0749],
    [-0.1264, -0.0522, -0.1103],
    [-0.028, -0.0881, -0.0499],
    [-0.1262, -0.0982, -0.0778],
  ],
  base: [-0.0329, -0.0718, -0.0851],
};

const palettes: Readonly<Record<DiffusionFamily, Palette>> = { sd, lcm: sd, sdxl, sd3, flux };
const longestSide = 128;

/**
 * What latents look like, without a VAE and in about a millisecond: the first picture of the batch, a pixel for every latent, at most
 * 128 a side. Noisy latents are brought to the size of clean ones, or the picture would be white and black.
 * @param latents pictures × channels × height × width, as the denoiser has them
 */
export function latentPreview(family: DiffusionFamily, { dims, data }: FloatTensor): Picture {
  const [, channels, high, wide] = dims as [number, number, number, number];
  const { channels: colours, base } = palettes[family];
  const stride = Math.max(1, Math.ceil(Math.max(high, wide) / longestSide));
  const [height, width] = [Math.ceil(high / stride), Math.ceil(wide / stride)];
  const area = high * wide;
  const used = Math.min(channels, colours.length);
  const scale = 1 / Math.max(1, spread(data.subarray(0, channels * area)));
  const pixels = new Uint8ClampedArray(3 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * wide + x) * stride;
      for (let c = 0; c < 3; c++, to++) {
        let value = base[c]!;
        for (let k = 0; k < used; k++) value += colours[k]![c]! * data[from + k * area]! * scale;
        pixels[to] = (value + 1) * 127.5;
      }
    }
  }
  return { width, height, channels: 3, data: new Uint8Array(pixels.buffer) };
}

/** Clean latents have a root mean square of about 1. */
function spread(values: Float32Array): number {
  const sum = values.reduce((total, value) => total + value * value, 0);
  return Math.sqrt(sum / values.length);
}
