/**
 * FLUX works on patches of 2 × 2 latents (`_pack_latents` of pipeline_flux.py): `items` × `channels` × `height` × `width` become
 * `items` × (`height`/2 · `width`/2) × (`channels` · 4), into `target`.
 */
export function pack(latents: Float32Array, shape: LatentShape, target: Float32Array): void {
  eachRow(shape, (plain, packed, stride) => {
    for (let x = 0; x < shape.width; x += 2, packed += stride) {
      target[packed] = latents[plain + x]!;
      target[packed + 1] = latents[plain + x + 1]!;
    }
  });
}

/** The way back. */
export function unpack(patches: Float32Array, shape: LatentShape): Float32Array {
  const latents = new Float32Array(patches.length);
  eachRow(shape, (plain, packed, stride) => {
    for (let x = 0; x < shape.width; x += 2, packed += stride) {
      latents[plain + x] = patches[packed]!;
      latents[plain + x + 1] = patches[packed + 1]!;
    }
  });
  return latents;
}

/** How many latents there are: pictures, channels, and pixels of the hidden picture. */
export interface LatentShape {
  readonly items: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export function lengthOf({ items, channels, height, width }: LatentShape): number {
  return items * channels * height * width;
}

/** Row and column of every patch, as `_prepare_latent_image_ids` numbers them. */
export function patchIds({ height, width }: LatentShape): Float32Array {
  const columns = width / 2;
  const ids = new Float32Array((height / 2) * columns * 3);
  for (let i = 0; i < ids.length / 3; i++) {
    ids[3 * i + 1] = Math.floor(i / columns);
    ids[3 * i + 2] = i % columns;
  }
  return ids;
}

/** Where each row begins, plain and in patches, and how far the next patch of the row is. */
function eachRow(
  { items, channels, height, width }: LatentShape,
  visit: (plain: number, packed: number, stride: number) => void,
): void {
  const stride = channels * 4;
  let plain = 0;
  for (let item = 0; item < items; item++)
    for (let channel = 0; channel < channels; channel++)
      for (let y = 0; y < height; y++, plain += width) {
        const patch = (item * (height >> 1) + (y >> 1)) * (width >> 1);
        visit(plain, patch * stride + channel * 4 + (y & 1) * 2, stride);
      }
}
