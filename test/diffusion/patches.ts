import type { FloatTensor } from '@atelier/onnx';

/** Latents as FLUX packs them, written anew from the shapes in diffusers: b, c, y, 2, x, 2 to b, y, x, c, 2, 2. */
export function inPatches({ dims, data }: FloatTensor): Float32Array {
  const [items, channels, height, width] = dims as [number, number, number, number];
  const packed: number[] = [];
  for (let item = 0; item < items; item++)
    for (let y = 0; y < height; y += 2)
      for (let x = 0; x < width; x += 2)
        for (let channel = 0; channel < channels; channel++)
          for (const [down, right] of [
            [0, 0],
            [0, 1],
            [1, 0],
            [1, 1],
          ] as const)
            packed.push(data[((item * channels + channel) * height + y + down) * width + x + right]!);
  return Float32Array.from(packed);
}
