import { chmodSync, readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { referencePath } from '../../../../test/reference/pack.js';
import { inspectModelFolder } from './model-folder.js';

let place: string;

beforeEach(async () => {
  place = await mkdtemp(path.join(os.tmpdir(), 'atelier-folder-'));
});

afterEach(() => rm(place, { recursive: true }));

/** A copy of a reference model to take apart. */
async function copyOf(model: string): Promise<string> {
  const folder = path.join(place, model);
  await cp(referencePath('models', model), folder, { recursive: true });
  // The whole pack may be read-only.
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    chmodSync(path.join(folder, name), 0o755);
  return folder;
}

const without = (folder: string, ...names: string[]) =>
  Promise.all(names.map((name) => rm(path.join(folder, name), { recursive: true })));

async function edit(file: string, change: (json: Record<string, unknown>) => void): Promise<void> {
  const json = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  change(json);
  await writeFile(file, JSON.stringify(json));
}

describe('a folder of diffusers', () => {
  it.each([
    ['sd', 'sd', 'StableDiffusionPipeline', 16],
    ['sd-legacy', 'sd', 'OnnxStableDiffusionPipeline', 16],
    ['sd-inpaint', 'sd', 'StableDiffusionInpaintPipeline', 16],
    ['lcm', 'lcm', 'LatentConsistencyModelPipeline', 4],
    ['sdxl', 'sdxl', 'StableDiffusionXLPipeline', 16],
    ['sd3', 'sd3', 'StableDiffusion3Pipeline', 16],
    ['flux-dev', 'flux', 'FluxPipeline', 16],
    ['controlnet', 'sd', 'StableDiffusionControlNetPipeline', 16],
  ])('%s is of the family %s', async (model, family, pipelineClass, sizeMultiple) => {
    const found = await inspectModelFolder(referencePath('models', model));
    expect(found).toMatchObject({ family, pipelineClass, sizeMultiple });
  });

  it('lists the files that the model needs, weights beside a graph included', async () => {
    const { files, components } = await inspectModelFolder(referencePath('models/sd-legacy'));
    expect(components.denoiser).toMatchObject({ file: 'unet/model.onnx', config: null });
    expect([...files].sort()).toEqual([
      'model_index.json',
      'scheduler/scheduler_config.json',
      'text_encoder/model.onnx',
      'tokenizer/merges.txt',
      'tokenizer/special_tokens_map.json',
      'tokenizer/tokenizer_config.json',
      'tokenizer/vocab.json',
      'unet/model.onnx',
      'unet/weights.pb',
      'vae_decoder/model.onnx',
      'vae_encoder/model.onnx',
    ]);
  });

  it('has the defaults of its pipeline, of distilled models their own', async () => {
    const defaults = async (model: string) =>
      (await inspectModelFolder(referencePath('models', model))).defaults;
    expect(await defaults('sd')).toEqual({
      width: 128,
      height: 128,
      steps: 50,
      guidanceScale: 7.5,
      maxSequenceLength: null,
    });
    expect(await defaults('lcm')).toMatchObject({ width: 32, steps: 4, guidanceScale: 8.5 });
    expect(await defaults('flux-dev')).toMatchObject({ width: 1024, steps: 28, maxSequenceLength: 512 });
  });

  it('reads scheduler configs that Python wrote with infinities', async () => {
    const folder = await copyOf('sd');
    await writeFile(
      path.join(folder, 'scheduler/scheduler_config.json'),
      '{"_class_name": "UniPCMultistepScheduler", "lambda_min_clipped": -Infinity}',
    );
    expect((await inspectModelFolder(folder)).schedulerConfig).toEqual({
      _class_name: 'UniPCMultistepScheduler',
      lambda_min_clipped: '-Infinity',
    });
  });

  it('is told by its graphs where model_index.json is missing', async () => {
    for (const [model, family] of [
      ['sd', 'sd'],
      ['lcm', 'lcm'],
      ['sdxl', 'sdxl'],
      ['sd3', 'sd3'],
      ['flux-dev', 'flux'],
    ] as const) {
      const folder = await copyOf(model);
      await without(folder, 'model_index.json');
      expect(await inspectModelFolder(folder)).toMatchObject({ family, pipelineClass: null });
    }
  });

  it('may keep the denoiser of FLUX in unet, and graphs under other names', async () => {
    const folder = await copyOf('flux-dev');
    await cp(path.join(folder, 'transformer'), path.join(folder, 'unet'), { recursive: true });
    await cp(path.join(folder, 'text_encoder'), path.join(folder, 'clip.opt/onnx'), { recursive: true });
    await without(folder, 'transformer', 'text_encoder');
    await cp(path.join(folder, 'unet/model.onnx'), path.join(folder, 'unet/model_fp16.onnx'));
    await without(folder, 'unet/model.onnx');
    const { components } = await inspectModelFolder(folder);
    expect(components.denoiser?.file).toBe('unet/model_fp16.onnx');
    expect(components.text_encoder?.file).toBe('clip.opt/onnx/model.onnx');
  });

  it('lends the config of the whole VAE to its halves', async () => {
    const folder = await copyOf('lcm');
    await mkdir(path.join(folder, 'vae'));
    await cp(path.join(folder, 'vae_decoder/config.json'), path.join(folder, 'vae/config.json'));
    await without(folder, 'vae_decoder/config.json', 'vae_encoder/config.json');
    const { sizeMultiple, files } = await inspectModelFolder(folder);
    expect(sizeMultiple).toBe(4);
    expect(files).toContain('vae/config.json');
  });
});

describe('a single graph', () => {
  it.each(['rrdbnet-x4', 'srvgg-x4', 'rrdbnet-x4-fixed32'])('%s is an upscaler', async (model) => {
    expect(await inspectModelFolder(referencePath('models', model))).toMatchObject({
      family: 'upscaler',
      files: ['model.onnx'],
      defaults: null,
    });
  });

  it('may be a ControlNet, in a folder of that name or by itself', async () => {
    const net = referencePath('models/controlnet/controlnet');
    await cp(net, path.join(place, 'controlnet'), { recursive: true });
    expect(await inspectModelFolder(place)).toMatchObject({
      family: 'controlnet',
      files: ['controlnet/model.onnx', 'controlnet/config.json'],
    });
    expect(await inspectModelFolder(net)).toMatchObject({ family: 'controlnet' });
  });

  it('that is neither is refused with its inputs', async () => {
    await expect(inspectModelFolder(referencePath('models/sd/vae_decoder'))).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(
        /neither an upscaler .* nor a ControlNet; its inputs are latent_sample \[/,
      ),
    });
  });
});

describe('a folder that does not hold a whole model', () => {
  it('says what was looked for where there is none', async () => {
    await writeFile(path.join(place, 'notes.txt'), '');
    await expect(inspectModelFolder(place)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(/unet, transformer or denoiser.*There is notes.txt.*optimum-cli/s),
    });
    await expect(inspectModelFolder(path.join(place, 'nowhere'))).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('empty or not there'),
    });
  });

  it('names the components that are missing', async () => {
    const folder = await copyOf('sdxl');
    await without(folder, 'text_encoder_2', 'tokenizer_2');
    await expect(inspectModelFolder(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message:
        'A model of the family sdxl also needs text_encoder_2/model.onnx; tokenizer_2/vocab.json with merges.txt, or tokenizer_2/tokenizer.json.',
    });
  });

  it('names the weights that are missing', async () => {
    const folder = await copyOf('sd-legacy');
    await without(folder, 'unet/weights.pb');
    await expect(inspectModelFolder(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message: 'unet/model.onnx keeps its weights in unet/weights.pb, which is not there.',
    });
  });

  it('names a graph that is cut off, or no graph', async () => {
    const folder = await copyOf('sd');
    const refused = {
      code: 'model-invalid',
      message: 'unet/model.onnx: The file is no ONNX model, or it was not downloaded to its end.',
    };
    await truncate(path.join(folder, 'unet/model.onnx'), 200_000);
    await expect(inspectModelFolder(folder)).rejects.toMatchObject(refused);
    await writeFile(path.join(folder, 'unet/model.onnx'), '<html>404</html>');
    await expect(inspectModelFolder(folder)).rejects.toMatchObject(refused);
    await writeFile(path.join(folder, 'unet/model.onnx'), '');
    await expect(inspectModelFolder(folder)).rejects.toMatchObject(refused);
  });

  it('names a config that is no JSON', async () => {
    const folder = await copyOf('sd');
    await writeFile(path.join(folder, 'vae_decoder/config.json'), '{');
    await expect(inspectModelFolder(folder)).rejects.toMatchObject({
      code: 'model-invalid',
      message: 'vae_decoder/config.json is no JSON; fetch it again.',
    });
  });
});

describe('a folder that says it is something else', () => {
  const claims = (folder: string, pipelineClass: string) =>
    edit(path.join(folder, 'model_index.json'), (index) => (index['_class_name'] = pipelineClass));

  it('gets a table of what was expected and what was found, and a guess', async () => {
    const folder = await copyOf('sdxl');
    await claims(folder, 'StableDiffusionPipeline');
    const error = await inspectModelFolder(folder).catch((thrown: Error) => thrown);
    expect((error as Error).message).toBe(
      [
        'unet/model.onnx does not fit as denoiser of the family sd. It looks like sdxl.',
        'input                  expected                          found',
        'sample                 [batch, channels, height, width]  float32 [batch_size, 4, height, width]',
        'timestep               [] or [batch]                     float32 []',
        'encoder_hidden_states  [batch, tokens, width]            float32 [batch_size, sequence_length, 80]',
        'text_embeds            –                                 float32 [batch_size, 40]',
        'time_ids               –                                 float32 [batch_size, 6]',
      ].join('\n'),
    );
  });

  it('is refused when its pipeline is none of those known', async () => {
    const folder = await copyOf('sd');
    await claims(folder, 'StableVideoDiffusionPipeline');
    await expect(inspectModelFolder(folder)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining('model_index.json names StableVideoDiffusionPipeline'),
    });
  });
});
