import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DiffusionError } from '../diffusion-error.js';
import { readConfig, type Config } from './config.js';
import { readGraphFile, type GraphFile } from './graph-file.js';

/** A graph of a model. */
export interface Component {
  /** relative to the model's folder, with `/` */
  readonly file: string;
  readonly config: Config | null;
  readonly graph: GraphFile;
  /** every file it needs, itself included, relative to the model's folder */
  readonly files: readonly string[];
}

/** Folders in which exporters put what: diffusers and optimum, then Black Forest Labs' own and the ones of older scripts. */
export const componentFolders = {
  text_encoder: ['text_encoder', 'clip.opt'],
  text_encoder_2: ['text_encoder_2', 't5.opt', 't5-fp8.opt'],
  text_encoder_3: ['text_encoder_3'],
  denoiser: ['unet', 'transformer', 'denoiser', 'transformer.opt'],
  vae_encoder: ['vae_encoder'],
  vae_decoder: ['vae_decoder', 'vae.opt'],
  controlnet: ['controlnet'],
} as const;

export type ComponentName = keyof typeof componentFolders | 'upscaler';

/** The plain file first; transformers.js names the others by their number type. */
const fileNames = [
  'model.onnx',
  'model_fp16.onnx',
  'model_q4f16.onnx',
  'model_int8.onnx',
  'model_uint8.onnx',
  'model_quantized.onnx',
  'model_q4.onnx',
  'model_bnb4.onnx',
];

/** The component under its folder's usual names, or null. */
export async function findComponent(
  root: string,
  name: keyof typeof componentFolders,
): Promise<Component | null> {
  for (const folder of componentFolders[name]) {
    const component = await readComponent(root, folder);
    if (component !== null) return component;
  }
  return null;
}

/** The graph in a folder of a model, or one folder deeper; null when there is none. `folder` is `.` for the model's own. */
export async function readComponent(root: string, folder: string): Promise<Component | null> {
  const place = (await graphIn(root, folder)) ?? (await graphBelow(root, folder));
  if (place === null) return null;
  const graph = await readGraphFile(path.join(root, place)).catch((error: unknown) => {
    if (!(error instanceof DiffusionError)) throw error;
    throw new DiffusionError(error.code, `${place}: ${error.message}`);
  });
  const configFile = path.posix.join(folder, 'config.json');
  const config = await readConfig(root, configFile);
  const beside = graph.weightFiles.map((file) => path.posix.join(path.posix.dirname(place), file));
  await refuseMissing(root, place, beside);
  return { file: place, config, graph, files: [place, ...beside, ...(config === null ? [] : [configFile])] };
}

async function graphIn(root: string, folder: string): Promise<string | null> {
  const name = graphAmong(await entries(root, folder));
  return name === undefined ? null : path.posix.join(folder, name);
}

/** Of the files in one folder, the graph that is taken. */
export function graphAmong(names: readonly string[]): string | undefined {
  const graphs = names.filter((name) => name.endsWith('.onnx')).sort();
  return fileNames.find((candidate) => graphs.includes(candidate)) ?? graphs[0];
}

/** transformers.js keeps graphs in `onnx`, Black Forest Labs in folders by number type. */
async function graphBelow(root: string, folder: string): Promise<string | null> {
  for (const name of foldersBelow(folder)) {
    const place = await graphIn(root, path.posix.join(folder, name));
    if (place !== null) return place;
  }
  return null;
}

export function foldersBelow(folder: string): readonly string[] {
  return folder === '.' ? ['onnx'] : ['onnx', 'fp16', 'bf16', 'fp8', 'fp4'];
}

async function refuseMissing(root: string, graph: string, weightFiles: readonly string[]): Promise<void> {
  for (const file of weightFiles) {
    if (file.startsWith('..') || path.posix.isAbsolute(file))
      throw new DiffusionError('model-invalid', `${graph} asks for weights outside the folder of its model.`);
    const names = await entries(root, path.posix.dirname(file));
    if (names.includes(path.posix.basename(file))) continue;
    throw new DiffusionError('model-missing', `${graph} keeps its weights in ${file}, which is not there.`);
  }
}

/** Names in a folder of the model; none where there is no such folder. */
export async function entries(root: string, folder: string): Promise<string[]> {
  return readdir(path.join(root, folder)).catch(() => []);
}
