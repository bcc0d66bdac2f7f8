import { generate, type DiffusionModel, type GenerateRequest, type Picture } from '@atelier/diffusion';
import { openReferenceModel, parts } from '../reference/open-model.js';
import { readReferencePicture } from '../reference/read-picture.js';
import { readMask } from './read-mask.js';

const prompts = ['a painting of a squirrel eating a burger'];
const negativePrompts = ['blurry, low quality'];
const size = { width: 64, height: 48 };

/** Files of the model that are open, in the order of being opened; what is open at once is in one list. */
let openAtOnce: string[][];
let open: string[];

function watched(name: string): Promise<DiffusionModel> {
  return openReferenceModel(name, (session, file) => {
    open.push(file);
    openAtOnce.push([...open]);
    return {
      ...parts(session),
      release() {
        open = open.filter((one) => one !== file);
        return session.release();
      },
    };
  });
}

beforeEach(() => {
  [open, openAtOnce] = [[], []];
});

async function expectReference(pictures: Picture[], name: string): Promise<void> {
  expect(pictures).toHaveLength(1);
  const expected = await readReferencePicture('goldens/pipelines', name, 'image0.png');
  expect(pictures[0]).toMatchObject({ width: expected.width, height: expected.height, channels: 3 });
  const worst = Math.max(...pictures[0]!.data.map((value, i) => Math.abs(value - expected.data[i]!)));
  expect(worst).toBeLessThanOrEqual(1);
}

async function run(name: string, request: Partial<GenerateRequest> & { seed: number }): Promise<Picture[]> {
  return generate(await watched(name), { prompts, negativePrompts, guidanceScale: 7.5, ...request });
}

describe('a picture from nothing but what the reference was given', () => {
  it('by a prompt, with a scheduler of another name', async () => {
    const pictures = await run('sd', { ...size, seed: 9, steps: 8, scheduler: 'euler' });
    await expectReference(pictures, 'sd-euler');
    expect(openAtOnce).toEqual([
      ['text_encoder/model.onnx'],
      ['unet/model.onnx'],
      ['vae_decoder/model.onnx'],
    ]);
    expect(open).toEqual([]);
  });

  it('by a picture, whose sides become what the model can take', async () => {
    const picture = await readReferencePicture('goldens/inputs/image-81x55-4.png');
    const pictures = await run('sd', { picture, seed: 33, steps: 6, strength: 0.6, scheduler: 'euler' });
    await expectReference(pictures, 'sd-img2img-resize');
  });

  it('in a mask, with a model made for it', async () => {
    const picture = await readReferencePicture('goldens/inputs/image-100x90-5.png');
    const mask = await readMask('inputs/mask-100x90-5.png');
    const request = {
      picture,
      mask,
      ...size,
      steps: 8,
      strength: 0.7,
      scheduler: 'dpmpp_2m_karras',
    } as const;
    await expectReference(await run('sd-inpaint', { seed: 37, ...request }), 'sd-inpaint9-07');
  });

  it('in a mask, with a model that was not', async () => {
    const picture = await readReferencePicture('goldens/inputs/image-64x48-3.png');
    const mask = await readMask('inputs/mask-64x48-3.png');
    const request = { picture, mask, ...size, steps: 6, strength: 1, scheduler: 'euler' } as const;
    await expectReference(await run('sd', { seed: 34, ...request }), 'sd-inpaint4-10');
  });

  it('after another picture, with a ControlNet', async () => {
    const picture = await readReferencePicture('goldens/inputs/image-64x48-8.png');
    const model = await watched('controlnet');
    const controls = [{ model, picture, scale: 0.7 }];
    await expectReference(
      await run('controlnet', { ...size, seed: 55, steps: 8, controls }),
      'controlnet-07',
    );
    expect(openAtOnce).toContainEqual(['controlnet/model.onnx', 'unet/model.onnx']);
  });

  it('by the defaults of the model', async () => {
    const request = { seed: 41, negativePrompts: undefined, guidanceScale: undefined };
    await expectReference(await run('lcm', { ...size, ...request }), 'lcm-4');
  });
});

describe('what the reference has no runs of', () => {
  it.each([
    ['sd', 4, 'ddim'],
    ['sd3', 5, undefined],
    ['flux-dev', 5, undefined],
  ] as const)(
    '%s takes %i of 8 steps for a strength of 0.6, as its pipeline rounds',
    async (name, expected, scheduler) => {
      const picture = await readReferencePicture('goldens/inputs/image-64x48-3.png');
      const steps: number[] = [];
      await run(name, {
        picture,
        seed: 1,
        steps: 8,
        strength: 0.6,
        scheduler,
        maxSequenceLength: 16,
        onStep: ({ steps: all }) => void steps.push(all),
      });
      expect(steps).toEqual(new Array(expected).fill(expected));
    },
  );

  it.each(['sdxl', 'sd3', 'flux-dev'])('%s keeps the latents of the picture outside a mask', async (name) => {
    const picture = await readReferencePicture('goldens/inputs/image-64x48-3.png');
    const lastLatents = async (white: (x: number) => boolean) => {
      const data = Uint8Array.from({ length: 64 * 48 }, (_, i) => (white(i % 64) ? 255 : 0));
      const steps: Float32Array[] = [];
      await run(name, {
        picture,
        mask: { ...size, data },
        seed: 5,
        steps: 4,
        strength: 1,
        maxSequenceLength: 16,
        onStep: ({ latents }) => void steps.push(latents.data.slice()),
      });
      return steps.at(-1)!;
    };
    const kept = await lastLatents(() => false);
    const painted = await lastLatents((x) => x < 32);
    const differing = [...kept.keys()].filter((i) => kept[i] !== painted[i]);
    expect(new Set(differing.map((i) => i % 8))).toEqual(new Set([0, 1, 2, 3]));
  });
});
