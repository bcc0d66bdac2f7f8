import path from 'node:path';
import type { OnnxSession } from '@atelier/onnx';
import { DiffusionError } from './diffusion-error.js';
import type { Component, ComponentName } from './folder/component.js';
import type { DiffusionFamily } from './folder/family.js';
import { inspectModelFolder, type ModelFolder } from './folder/model-folder.js';
import { loadTokenizer } from './tokenizers/load-tokenizer.js';
import type { PromptTokenizer } from './tokenizers/prompt-tokenizer.js';

/**
 * Gives a session of one of the model's files (relative to its folder). What is opened is released after use; an opener may keep the
 * session for the next time instead of unloading it.
 */
export type OpenComponent = (file: string) => Promise<OnnxSession>;

/** A model to make pictures with. Graphs are opened when they are needed; tokenizers, which are small, stay. */
export interface DiffusionModel {
  readonly folder: ModelFolder;
  readonly open: OpenComponent;
  /** of `tokenizer`, `tokenizer_2` or `tokenizer_3` */
  tokenizer(name: string): Promise<PromptTokenizer>;
}

/** @throws DiffusionError when the folder is no model. */
export async function openModel(root: string, open: OpenComponent): Promise<DiffusionModel> {
  const folder = await inspectModelFolder(root);
  const tokenizers = new Map<string, Promise<PromptTokenizer>>();
  return {
    folder,
    open,
    tokenizer(name) {
      const known = tokenizers.get(name) ?? loadTokenizer(path.join(root, name));
      tokenizers.set(name, known);
      return known;
    },
  };
}

/** @throws DiffusionError for an upscaler or a ControlNet that stands by itself. */
export function familyOf({ folder }: DiffusionModel): DiffusionFamily {
  const { family } = folder;
  if (family !== 'upscaler' && family !== 'controlnet') return family;
  throw new DiffusionError(
    'invalid-input',
    `This model is of the family ${family} and makes no pictures from prompts.`,
  );
}

/** @throws DiffusionError `model-missing` */
export function componentOf({ folder }: DiffusionModel, name: ComponentName): Component {
  const component = folder.components[name];
  if (component !== undefined) return component;
  throw new DiffusionError('model-missing', `This model has no ${name}, which is needed here.`);
}

/** Opens components one after the other, and releases them whatever happens. */
export async function withComponents<Result>(
  model: DiffusionModel,
  names: readonly ComponentName[],
  use: (...sessions: OnnxSession[]) => Promise<Result>,
): Promise<Result> {
  const files = names.map((name) => componentOf(model, name).file);
  const sessions: OnnxSession[] = [];
  try {
    for (const file of files) sessions.push(await model.open(file));
    return await use(...sessions);
  } finally {
    for (const session of sessions) await session.release();
  }
}
