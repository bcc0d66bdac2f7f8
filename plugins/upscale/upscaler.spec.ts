import { openSession } from '@atelier/onnx';
import { Failure, type Image } from '@atelier/sdk';
import sharp from 'sharp';
import { readReferenceFloats, readReferenceJson, referencePath } from '../../test/reference/pack.js';
import { openUpscaler, upscale } from './upscaler.js';

interface Case {
  name: string;
  model: string;
  scale: number;
}

const { cases } = readReferenceJson<{ cases: Case[] }>('goldens/upscalers/upscalers.json');
const progress = { signal: new AbortController().signal, done: () => undefined };

async function pictureOf(file: string): Promise<Image> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
}

const input = (): Promise<Image> => pictureOf(referencePath('goldens/upscalers/input.png'));

async function open(model: string) {
  return openUpscaler(await openSession(referencePath(model), { providers: ['cpu'] }), model);
}

/** The reference's 1 × 3 × height × width floats as bytes of a picture. */
function bytesOf(planes: Float32Array): Uint8Array {
  const plane = planes.length / 3;
  return Uint8Array.from({ length: planes.length }, (_, index) => {
    const value = planes[(index % 3) * plane + Math.floor(index / 3)]!;
    return Math.round(Math.min(Math.max(value, 0), 1) * 255);
  });
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index]!)), 0);
}

describe('upscaling', () => {
  it.each(cases)('with $name gives the reference picture', async ({ name, model, scale }) => {
    const upscaler = await open(model);
    expect(upscaler.scale).toBe(scale);
    const made = await upscale(upscaler, await input(), progress);
    const reference = bytesOf(readReferenceFloats('goldens/upscalers', `${name}.bin`));
    expect(largestDifference(made.data, reference)).toBeLessThanOrEqual(1);
  });

  it('in tiles of a fixed size shows no seams', async () => {
    const fixed = await open('models/rrdbnet-x4-fixed32/model.onnx');
    expect(fixed.fixedSize).toEqual({ width: 32, height: 32 });
    const tiled = await upscale(fixed, await input(), progress);
    const reference = bytesOf(readReferenceFloats('goldens/upscalers/rrdbnet-x4.bin'));
    expect(largestDifference(tiled.data, reference)).toBeLessThanOrEqual(1);
  });

  it('of a picture smaller than the only size the network takes works', async () => {
    const fixed = await open('models/rrdbnet-x4-fixed32/model.onnx');
    const tiny: Image = { width: 3, height: 2, channels: 3, data: new Uint8Array(18).fill(90) };
    const { width, height } = await upscale(fixed, tiny, progress);
    expect([width, height]).toEqual([12, 8]);
  });

  it('stops between tiles when it is told to', async () => {
    const fixed = await open('models/rrdbnet-x4-fixed32/model.onnx');
    const stop = new AbortController();
    const stopped = upscale(fixed, await input(), {
      signal: stop.signal,
      done: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
  });

  it('refuses a graph that is no upscaler', async () => {
    const refused = open('models/sd/vae_decoder/model.onnx');
    await expect(refused).rejects.toThrow(Failure);
  });
});
