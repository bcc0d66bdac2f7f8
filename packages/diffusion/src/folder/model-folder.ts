import path from 'node:path';
import { bindDenoiser } from '../denoisers/graph-inputs.js';
import { DiffusionError } from '../diffusion-error.js';
import {
  componentFolders,
  entries,
  findComponent,
  readComponent,
  type Component,
  type ComponentName,
} from './component.js';
import { readConfig, type Config } from './config.js';
import { latentMultiple, runDefaults, vaeFactor, type RunDefaults } from './defaults.js';
import { familyOfClass, familyOfGraph, type DiffusionFamily, type ModelFamily } from './family.js';

/** What lies in a folder, found by looking at it; nothing is loaded. Paths are relative to the folder, with `/`. */
export interface ModelFolder {
  readonly family: ModelFamily;
  readonly components: Readonly<Partial<Record<ComponentName, Component>>>;
  /** `tokenizer`, `tokenizer_2`, `tokenizer_3`, as far as they are there */
  readonly tokenizers: readonly string[];
  /** every file that the model needs */
  readonly files: readonly string[];
  /** null where the folder has none: then the family's own is taken */
  readonly schedulerConfig: Config | null;
  /** `_class_name` of model_index.json; null where there is no such file */
  readonly pipelineClass: string | null;
  /** model_index.json itself, for the flags of a pipeline such as `force_zeros_for_empty_prompt` */
  readonly index: Config | null;
  /** null for what makes no pictures by itself */
  readonly defaults: RunDefaults | null;
  /** pixels that width and height must be multiples of; 1 for upscalers */
  readonly sizeMultiple: number;
}

export const tokenizerFolders = ['tokenizer', 'tokenizer_2', 'tokenizer_3'];
export const tokenizerFiles = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'spiece.model',
];

/**
 * Recognises a diffusers-style folder (of optimum, the old ONNX export and the variants that are known), a single upscaler, and a
 * ControlNet that stands by itself.
 * @throws DiffusionError `model-missing` with what was looked for, `model-invalid` when what is there does not fit together.
 */
export async function inspectModelFolder(folder: string): Promise<ModelFolder> {
  const index = await readConfig(folder, 'model_index.json');
  const components = await findComponents(folder);
  const { denoiser } = components;
  if (denoiser !== undefined) return pipelineFolder(folder, index, { ...components, denoiser });
  const alone = components.controlnet ?? (await readComponent(folder, '.'));
  if (alone === null) throw nothingFound(await entries(folder, '.'));
  return singleGraph(alone);
}

async function findComponents(folder: string): Promise<Partial<Record<ComponentName, Component>>> {
  const found: Partial<Record<ComponentName, Component>> = {};
  for (const name of Object.keys(componentFolders) as (keyof typeof componentFolders)[]) {
    const component = await findComponent(folder, name);
    if (component !== null) found[name] = component;
  }
  return found;
}

type PipelineComponents = ModelFolder['components'] & { readonly denoiser: Component };

async function pipelineFolder(
  folder: string,
  index: Config | null,
  found: PipelineComponents,
): Promise<ModelFolder> {
  const pipelineClass = typeof index?.['_class_name'] === 'string' ? index['_class_name'] : null;
  const family = pipelineClass === null ? inferred(found.denoiser) : familyOfClass(pipelineClass);
  const components = await withVaeConfigs(folder, found);
  const tokenizers = await filesOfTokenizers(folder);
  refuseIncomplete(family, components, Object.keys(tokenizers));
  refuseUnfit(family, components);
  const schedulerFile = 'scheduler/scheduler_config.json';
  const schedulerConfig = await readConfig(folder, schedulerFile);
  const factor = vaeFactor(components.vae_decoder ?? null);
  return {
    family,
    components,
    tokenizers: Object.keys(tokenizers),
    files: [
      ...(index === null ? [] : ['model_index.json']),
      ...(schedulerConfig === null ? [] : [schedulerFile]),
      ...Object.values(tokenizers).flat(),
      ...new Set(Object.values(components).flatMap(({ files }) => files)),
    ],
    schedulerConfig,
    pipelineClass,
    index,
    defaults: runDefaults(family, components.denoiser, schedulerConfig, factor),
    sizeMultiple: factor * latentMultiple(family, components.denoiser),
  };
}

function inferred({ file, graph }: Component): DiffusionFamily {
  const family = familyOfGraph(graph.inputs, graph.outputs);
  if (family !== null && family !== 'upscaler' && family !== 'controlnet') return family;
  throw new DiffusionError(
    'model-invalid',
    `There is no model_index.json, and ${file} has the inputs of no family that is known here: ` +
      `${graph.inputs.map(({ name }) => name).join(', ')}.`,
  );
}

/** Exports without a config per half of the VAE may still have the one of the whole. */
async function withVaeConfigs(folder: string, components: PipelineComponents): Promise<PipelineComponents> {
  const shared = 'vae/config.json';
  const config = await readConfig(folder, shared);
  if (config === null) return components;
  const lend = (component: Component | undefined) =>
    component === undefined || component.config !== null
      ? component
      : { ...component, config, files: [...component.files, shared] };
  const { vae_encoder, vae_decoder, ...others } = components;
  return {
    ...others,
    ...(vae_encoder === undefined ? {} : { vae_encoder: lend(vae_encoder) }),
    ...(vae_decoder === undefined ? {} : { vae_decoder: lend(vae_decoder) }),
  };
}

async function filesOfTokenizers(folder: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const name of tokenizerFolders) {
    const names = await entries(folder, name);
    const files = tokenizerFiles.filter((file) => names.includes(file));
    if (files.length > 0) found[name] = files.map((file) => path.posix.join(name, file));
  }
  return found;
}

/** T5 may be left out of SD3, and the VAE's encoder where no picture is put in. */
const needed: Readonly<
  Record<DiffusionFamily, readonly [readonly (keyof typeof componentFolders)[], number]>
> = {
  sd: [['text_encoder', 'vae_decoder'], 1],
  lcm: [['text_encoder', 'vae_decoder'], 1],
  sdxl: [['text_encoder', 'text_encoder_2', 'vae_decoder'], 2],
  sd3: [['text_encoder', 'text_encoder_2', 'vae_decoder'], 2],
  flux: [['text_encoder', 'text_encoder_2', 'vae_decoder'], 2],
};

function refuseIncomplete(
  family: DiffusionFamily,
  components: ModelFolder['components'],
  tokenizers: readonly string[],
): void {
  const [names, tokenizerCount] = needed[family];
  const missing = [
    ...names.filter((name) => components[name] === undefined).map((name) => `${name}/model.onnx`),
    ...tokenizerFolders
      .slice(0, tokenizerCount)
      .filter((name) => !tokenizers.includes(name))
      .map((name) => `${name}/vocab.json with merges.txt, or ${name}/tokenizer.json`),
  ];
  if (missing.length === 0) return;
  throw new DiffusionError(
    'model-missing',
    `A model of the family ${family} also needs ${missing.join('; ')}.`,
  );
}

/** Better now than when it is loaded for the first time. */
function refuseUnfit(family: DiffusionFamily, components: PipelineComponents): void {
  const brain = Object.values(components).find(({ graph }) =>
    graph.inputs.some(({ type }) => type === 'bfloat16'),
  );
  if (brain !== undefined)
    throw new DiffusionError(
      'model-invalid',
      `${brain.file} was made for TensorRT and takes bfloat16, which cannot be fed here; take an export in float16 or float32.`,
    );
  bindDenoiser(family, components.denoiser.graph.inputs, components.denoiser.file);
}

function singleGraph(component: Component): ModelFolder {
  const family = familyOfGraph(component.graph.inputs, component.graph.outputs);
  if (family !== 'controlnet' && family !== 'upscaler') {
    const inputs = component.graph.inputs.map(({ name, dims }) => `${name} [${dims.join(', ')}]`).join(', ');
    throw new DiffusionError(
      'model-invalid',
      `${component.file} stands by itself and is neither an upscaler (a picture in, a picture out) nor a ControlNet; its inputs are ${inputs}.`,
    );
  }
  return {
    family,
    components: { [family]: component },
    tokenizers: [],
    files: component.files,
    schedulerConfig: null,
    pipelineClass: null,
    index: null,
    defaults: null,
    sizeMultiple: 1,
  };
}

function nothingFound(names: readonly string[]): DiffusionError {
  const there =
    names.length === 0 ? 'The folder is empty or not there' : `There is ${names.slice(0, 12).join(', ')}`;
  return new DiffusionError(
    'model-missing',
    'This is no model in ONNX form. Looked for a denoiser in unet, transformer or denoiser (model.onnx or model_fp16.onnx), for a ' +
      `controlnet/model.onnx, and for a single model.onnx of an upscaler or ControlNet. ${there}. ` +
      'A model of PyTorch is exported with: optimum-cli export onnx -m MODEL --task text-to-image FOLDER.',
  );
}
