import { z } from 'zod';
import type { Json, PortSpec } from '@atelier/sdk';
import { parseJson } from '../engine/json.js';
import { takesFile } from '../engine/port.js';
import { hashFile } from '../runtime/models/file-digests.js';
import { readPngText } from '../runtime/png-text.js';
import type { Config } from '../config.js';
import { recipeKeyword } from '../server/jobs/recipe.js';
import { CommandError, misused } from './command-error.js';
import { installedModels } from './models-installed.js';

const recipeSchema = z.object({
  pipeline: z.looseObject({ inputs: z.record(z.string(), z.unknown()).default({}) }),
  inputs: z.record(z.string(), z.unknown()),
  models: z.record(z.string(), z.string().nullable()).default({}),
});

const fileSchema = z.object({ sha256: z.string(), name: z.string() });

/** How a picture was made, as it says itself. */
export interface PictureRecipe {
  pipeline: Json;
  declared: Record<string, PortSpec>;
  /** inputs that are no files */
  inputs: Record<string, Json>;
  /** what its file inputs were, by name */
  files: Record<string, { sha256: string; name: string }[]>;
  /** digests of the manifests of the models that made it, by id */
  models: Record<string, string | null>;
}

/** @throws CommandError when the picture does not say how it was made */
export async function readRecipe(picture: string): Promise<PictureRecipe> {
  const text = await readPngText(picture, recipeKeyword).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The picture ${picture} cannot be read (${error.code ?? error.message}).`);
  });
  const recipe = text === null ? undefined : recipeSchema.safeParse(parseJson(text)).data;
  if (recipe === undefined) {
    throw new CommandError(
      `${picture} does not say how it was made; only PNG pictures that came out of Atelier do.`,
    );
  }
  const declared = recipe.pipeline.inputs as Record<string, PortSpec>;
  const given = Object.entries(recipe.inputs as Record<string, Json>);
  const isFile = ([name]: [string, Json]): boolean => {
    const spec = declared[name];
    return spec !== undefined && takesFile(spec);
  };
  return {
    models: recipe.models,
    pipeline: recipe.pipeline as Json,
    declared,
    inputs: Object.fromEntries(given.filter((input) => !isFile(input))),
    files: Object.fromEntries(
      given.filter(isFile).map(([name, value]) => [name, z.array(fileSchema).parse([value].flat())]),
    ),
  };
}

/**
 * The files of a recipe are not in the picture: they have to be given again, and be the same.
 * @throws CommandError for an input whose files are missing or others
 */
export async function checkFiles(recipe: PictureRecipe, given: ReadonlyMap<string, string[]>): Promise<void> {
  for (const [name, wanted] of Object.entries(recipe.files)) {
    const paths = given.get(name) ?? [];
    const names = wanted.map((file) => file.name).join(', ');
    if (paths.length !== wanted.length) {
      throw misused(`The picture was made from ${names}; give it again with --file ${name}=PATH.`);
    }
    for (const [index, path] of paths.entries()) {
      if ((await digestOf(path)) === wanted[index]!.sha256) continue;
      throw new CommandError(
        `${path} is not the file ${wanted[index]!.name} that the picture was made from.`,
      );
    }
  }
}

/** The ids of models that are not (any more) the ones that made the picture, so that it may come out otherwise. */
export async function changedModels({ models }: PictureRecipe, config: Config): Promise<string[]> {
  const installed = await installedModels(config);
  const digests = new Map(installed.list().map(({ id, sha256 }) => [id, sha256]));
  return Object.keys(models).filter((id) => digests.get(id) !== models[id]);
}

async function digestOf(path: string): Promise<string> {
  return hashFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`The file ${path} cannot be read (${error.code}).`);
  });
}
