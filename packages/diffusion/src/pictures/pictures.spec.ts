import { readFileSync } from 'node:fs';
import { readReferenceFloats, readReferenceJson, referencePath } from '../../../../test/reference/pack.js';
import { readReferencePicture, readReferencePixels } from '../../../../test/reference/read-picture.js';
import { latentMask, maskedPicture, maskTensor } from './masks.js';
import type { GreyPicture, Picture } from './picture.js';
import { pictureTensor, tensorPictures } from './picture-tensor.js';
import { resizePicture, type Fit } from './resize-picture.js';

interface Golden {
  name: string;
  input: string | [string, string];
  width?: number;
  height?: number;
  latent?: [number, number];
  resize_mode?: Exclude<Fit, 'stretch'>;
  output: { file: string; shape: number[] };
}

const { cases } = readReferenceJson<{ cases: Golden[] }>('goldens/images.json');
const named = (pattern: RegExp): Golden[] => cases.filter(({ name }) => pattern.test(name));
const picture = (name: string): Promise<Picture> => readReferencePicture('goldens/images', name);
const expected = ({ output }: Golden): Float32Array => readReferenceFloats('goldens/images', output.file);

async function maskOf(name: string): Promise<Picture | GreyPicture> {
  const { channels, ...grey } = await readReferencePixels('goldens/images', name);
  return channels === 1 ? grey : ({ channels, ...grey } as Picture);
}

function sizeOf({ width, height }: Golden): { width: number; height: number } {
  return { width: width!, height: height! };
}

describe('pictures as tensors, against VaeImageProcessor', () => {
  test.each(named(/^pre-/))('$name is equal to the last bit', async (golden) => {
    const { width, height, resize_mode: fit } = golden;
    const tensor = pictureTensor(await picture(golden.input as string), { size: { width, height }, fit });
    expect(tensor.dims).toEqual(golden.output.shape);
    expect(tensor.data).toEqual(expected(golden));
  });

  test.each(named(/^control$/))('$name keeps 0 to 1', async (golden) => {
    const tensor = pictureTensor(await picture(golden.input as string), {
      size: sizeOf(golden),
      range: 'unit',
    });
    expect(tensor.data).toEqual(expected(golden));
  });

  test.each(named(/^post-u8$/))('$name rounds halves to even and cuts off what is beyond', (golden) => {
    const data = readReferenceFloats('goldens/images', golden.input as string);
    const [height, width] = golden.output.shape as [number, number];
    const [made, ...others] = tensorPictures({ dims: [1, 3, height, width], data });
    expect(others).toEqual([]);
    expect(made).toMatchObject({ width, height, channels: 3 });
    const bytes = readFileSync(referencePath('goldens/images', golden.output.file));
    expect(Buffer.from(made!.data).equals(bytes)).toBe(true);
  });

  test('a picture survives the way there and back', async () => {
    const before = await picture('rgb-64x48.png');
    expect(tensorPictures(pictureTensor(before))[0]).toEqual(before);
  });

  test('several pictures of one tensor come out in order', () => {
    const data = Float32Array.from({ length: 2 * 3 }, (_, i) => (i < 3 ? -1 : 1));
    expect(tensorPictures({ dims: [2, 3, 1, 1], data }).map((made) => [...made.data])).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });
});

describe('resizing, against Pillow', () => {
  test('an eight-bit Lanczos is equal in every value', async () => {
    const resized = resizePicture(await picture('rgb-61x45.png'), { width: 40, height: 32 });
    const reference = await picture('rgb-lanczos-40x32.png');
    expect(Buffer.from(resized.data).equals(Buffer.from(reference.data))).toBe(true);
  });

  test('what is transparent lends no colour to what is not', () => {
    const data = new Uint8Array(8 * 8 * 4);
    for (let i = 0; i < 64; i++) data.set(i % 8 < 4 ? [200, 100, 50, 255] : [0, 255, 0, 0], i * 4);
    const { data: small } = resizePicture(
      { width: 8, height: 8, channels: 4, data },
      { width: 4, height: 4 },
    );
    for (let i = 0; i < small.length; i += 4) {
      if (small[i + 3]! < 16) continue;
      expect(Math.abs(small[i]! - 200)).toBeLessThan(12);
      expect(small[i + 1]!).toBeLessThan(112);
    }
  });

  test('the size that it has already is not made anew', async () => {
    const same = await picture('rgb-64x48.png');
    expect(resizePicture(same, { width: 64, height: 48 })).toBe(same);
  });
});

describe('masks, against the mask processor', () => {
  test.each(named(/^mask(-resized|-from-rgb)?$/))('$name is equal', async (golden) => {
    const mask = maskTensor(await maskOf(golden.input as string), sizeOf(golden));
    expect(mask.dims).toEqual(golden.output.shape);
    expect(mask.data).toEqual(expected(golden));
  });

  test.each(named(/-latent$/))('$name takes the nearest value', async (golden) => {
    const mask = maskTensor(await maskOf(golden.input as string), sizeOf(golden));
    const [height, width] = golden.latent!;
    expect(latentMask(mask, { width, height })).toEqual({
      dims: golden.output.shape,
      data: expected(golden),
    });
  });

  test.each(named(/-masked-image$/))('$name has nothing inside the mask', async (golden) => {
    const [image, mask] = golden.input as [string, string];
    const size = sizeOf(golden);
    const masked = maskedPicture(
      pictureTensor(await picture(image), { size }),
      maskTensor(await maskOf(mask), size),
    );
    expect(masked.data.map(Math.abs)).toEqual(expected(golden).map(Math.abs));
  });
});
