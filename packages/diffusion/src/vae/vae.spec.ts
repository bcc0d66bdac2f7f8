import { readdirSync } from 'node:fs';
import type { FloatTensor, OnnxSession, Tensor } from '@atelier/onnx';
import { openReferenceModel } from '../../../../test/reference/open-model.js';
import {
  hasReference,
  readReferenceFloats,
  readReferenceJson,
  referencePath,
} from '../../../../test/reference/pack.js';
import { readReferencePicture } from '../../../../test/reference/read-picture.js';
import { unpack } from '../denoisers/patches.js';
import type { DiffusionModel } from '../model.js';
import { pictureTensor, tensorPictures } from '../pictures/picture-tensor.js';
import { decodeLatents } from './decode-latents.js';
import { encodePicture } from './encode-picture.js';

interface Case {
  name: string;
  model: string;
  inputs?: { image?: string; mask_image?: string };
  vae: { factor: number; scaling_factor: number; shift_factor: number | null };
  tensors: Record<string, { shape: number[] }>;
}

/** Pictures; videos have a denoiser of their own. */
const cases = readdirSync(referencePath('goldens/pipelines'))
  .filter((name) => !/^(svd|animatediff)/.test(name))
  .map((name) => readReferenceJson<Case>('goldens/pipelines', name, 'case.json'));

const models = new Map<string, Promise<DiffusionModel>>();

function modelOf({ model }: Case): Promise<DiffusionModel> {
  const known = models.get(model) ?? openReferenceModel(model);
  models.set(model, known);
  return known;
}

function tensor({ name, tensors }: Case, key: string): FloatTensor {
  const data = readReferenceFloats('goldens/pipelines', name, `${key}.bin`);
  return { dims: tensors[key]!.shape, data };
}

function has({ name }: Case, key: string): boolean {
  return hasReference('goldens/pipelines', name, `${key}.bin`);
}

/** FLUX keeps its latents in patches. */
function finalLatents(found: Case): FloatTensor {
  const { dims, data } = tensor(found, 'latents.final');
  if (dims.length === 4) return { dims, data };
  const shape = found.tensors['vae_decode.in']!.shape as [number, number, number, number];
  const [items, channels, height, width] = shape;
  return { dims: shape, data: unpack(data, { items, channels, height, width }) };
}

describe('decoding, against the reference', () => {
  test.each(cases)('$name', async (found) => {
    const decoded = await decodeLatents(await modelOf(found), finalLatents(found));
    if (has(found, 'decoded')) {
      const expected = tensor(found, 'decoded');
      expect(decoded.dims).toEqual(expected.dims);
      expect(largestDifference(decoded.data, expected.data)).toBeLessThan(5e-4);
    }
    const pictures = tensorPictures(decoded);
    for (const [i, picture] of pictures.entries()) {
      const { data } = await readReferencePicture('goldens/pipelines', found.name, `image${i}.png`);
      const levels = picture.data.map((level, at) => Math.abs(level - data[at]!));
      expect(Math.max(...levels)).toBeLessThanOrEqual(1);
      expect(levels.filter((level) => level > 0).length).toBeLessThanOrEqual(0.005 * levels.length);
    }
  });
});

describe('encoding, against the reference', () => {
  const encodings = cases.flatMap((found) =>
    Object.keys(found.tensors)
      .filter((key) => /^vae_encode\d\.in$/.test(key) && has(found, key))
      .map((key) => ({ title: `${found.name} ${key}`, found, key: key.replace('.in', '') })),
  );

  test.each(encodings)('$title', async ({ found, key }) => {
    const encoded = await encodePicture(await modelOf(found), tensor(found, `${key}.in`));
    if (found.tensors[`${key}.parameters`] !== undefined) {
      const expected = tensor(found, `${key}.parameters`);
      expect(encoded.dims).toEqual(expected.dims);
      expect(relativeDifference(encoded.data, expected.data)).toBeLessThan(1e-5);
    } else {
      const { data, dims } = tensor(found, `${key}.latents`);
      expect(encoded.dims).toEqual(dims);
      const scaled = data.map((value) => value * found.vae.scaling_factor);
      expect(relativeDifference(encoded.data, scaled)).toBeLessThan(1e-5);
    }
  });

  const pictures = cases.filter((found) => found.inputs?.image !== undefined && has(found, 'vae_encode0.in'));

  test.each(pictures)('the picture of $name becomes the very values', async (found) => {
    const [, , height, width] = found.tensors['vae_encode0.in']!.shape as [number, number, number, number];
    const picture = await readReferencePicture('goldens', found.inputs!.image!);
    const made = pictureTensor(picture, { size: { width, height } });
    const expected = tensor(found, 'vae_encode0.in');
    // 9-channel inpainting encodes the picture without what is masked first when nothing of it is kept.
    const kept = expected.data.filter((value, i) => value !== 0 && value !== made.data[i]);
    expect(kept).toHaveLength(0);
  });

  test('the mode is the mean, scaled, and needs no noise', async () => {
    const found = cases.find(({ name }) => name === 'sd-img2img-euler-03')!;
    const input = tensor(found, 'vae_encode0.in');
    const mode = await encodePicture(await modelOf(found), input, { posterior: 'mode' });
    const moments = tensor(found, 'vae_encode0.parameters').data;
    expect(mode.dims).toEqual([1, 4, 6, 8]);
    const expected = moments.subarray(0, moments.length / 2).map((mean) => mean * 0.18215);
    expect(relativeDifference(mode.data, expected)).toBeLessThan(1e-5);
  });
});

/** Smooth latents of one picture, with what is typical of real ones: values around ±1 that change slowly. */
function waves(height: number, width: number): FloatTensor {
  const data = Float32Array.from({ length: 4 * height * width }, (_, i) => {
    const [x, y, c] = [i % width, Math.floor(i / width) % height, Math.floor(i / (width * height))];
    return Math.sin(x / 9 + c) + Math.cos(y / 7 - c);
  });
  return { dims: [1, 4, height, width], data };
}

describe('what the decoder is given', () => {
  test('is one picture at a time, so that a graph of batch 1 and little memory will do', async () => {
    const seen: (readonly number[])[] = [];
    const model = await openReferenceModel('sd', (session) => watched(session, seen));
    const found = cases.find(({ name }) => name === 'sd-batch2')!;
    await decodeLatents(model, finalLatents(found));
    expect(seen).toEqual([
      [1, 4, 6, 8],
      [1, 4, 6, 8],
    ]);
  });

  test('is tiles above a megapixel, which do not show in the picture', async () => {
    const seen: (readonly number[])[] = [];
    const model = await openReferenceModel('sd', (session) => watched(session, seen));
    const decoded = await decodeLatents(model, waves(40, 420));
    expect(decoded.dims).toEqual([1, 3, 320, 3360]);
    expect(new Set(seen.map(String))).toEqual(new Set(['1,4,40,105']));
    // Where the picture ends the decoder sees zeros, which is no seam.
    const columns = columnSteps(decoded).slice(16, -16);
    const usual = columns.toSorted((one, other) => one - other)[Math.floor(columns.length * 0.99)]!;
    expect(Math.max(...columns)).toBeLessThan(1.5 * usual);
  });

  test('is tiles of the size that the graph was traced with', async () => {
    const seen: (readonly number[])[] = [];
    const model = await openReferenceModel('sd', (session) => watched(session, seen, [1, 4, 16, 16]));
    const decoded = await decodeLatents(model, waves(16, 40));
    expect(decoded.dims).toEqual([1, 3, 128, 320]);
    expect(new Set(seen.map(String))).toEqual(new Set(['1,4,16,16']));
  });

  test('is nothing more once the run is aborted', async () => {
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    const decoding = decodeLatents(await openReferenceModel('sd'), waves(8, 8), {
      signal: controller.signal,
    });
    await expect(decoding).rejects.toThrow('enough');
  });
});

describe('a picture that would be black', () => {
  test('is refused with the way out when the decoder overflows', async () => {
    const latents = { dims: [1, 4, 8, 8], data: new Float32Array(256).fill(3e4) };
    const decoding = decodeLatents(await openReferenceModel('sd-fp16'), latents);
    await expect(decoding).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('float32') as string,
    });
  });

  test('is refused before it is decoded when the latents are no numbers', async () => {
    const latents = { dims: [1, 4, 8, 8], data: new Float32Array(256).fill(NaN) };
    await expect(async () => decodeLatents(await openReferenceModel('sd'), latents)).rejects.toThrow(
      'denoiser',
    );
  });
});

/** How far neighbouring columns are apart on average, for each pair of them. */
function columnSteps({ dims, data }: FloatTensor): number[] {
  const width = dims[3]!;
  const sums = new Array<number>(width - 1).fill(0);
  for (let row = 0; row < data.length; row += width)
    for (let x = 0; x < width - 1; x++) sums[x]! += Math.abs(data[row + x + 1]! - data[row + x]!);
  return sums;
}

function watched(
  session: OnnxSession,
  seen: (readonly number[])[],
  dims: readonly (number | string)[] = session.inputs[0]!.dims,
): OnnxSession {
  return {
    inputs: [{ ...session.inputs[0]!, dims }],
    outputs: session.outputs,
    provider: session.provider,
    run(feeds: Readonly<Record<string, Tensor>>) {
      seen.push(Object.values(feeds)[0]!.dims);
      return session.run(feeds);
    },
    release: () => session.release(),
  };
}

function largestDifference(one: Float32Array, other: Float32Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((largest, value, i) => Math.max(largest, Math.abs(value - other[i]!)), 0);
}

function relativeDifference(value: Float32Array, reference: Float32Array): number {
  const scale = reference.reduce((largest, item) => Math.max(largest, Math.abs(item)), 0);
  return largestDifference(value, reference) / scale;
}
