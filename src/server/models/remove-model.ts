import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '@atelier/sdk';
import { manifestName } from '../../runtime/models/model-folders.js';
import { Models, type ModelSettings } from './models.service.js';
import { ownModels } from './places.js';

/** What `removeModel` has deleted: the files that were fetched, or none of somebody's own. */
export interface Removed {
  bytes: number;
  /** where files of the model are still; null when nothing is left */
  left: string | null;
}

/**
 * Forgets a model. Files that were fetched with it go as well; those that somebody has put there stay.
 * @throws Failure `model-missing`, `conflict` for one that ships or lies in a folder of ATELIER_MODELS
 */
export async function removeModel(config: ModelSettings, id: string): Promise<Removed> {
  const models = new Models(config);
  await models.refresh();
  const { manifest, folder, place } = models.catalogue.require(id);
  if (path.dirname(place) !== ownModels(config)) {
    throw new Failure('conflict', `The model ${id} was not added here; delete its folder ${place} instead.`);
  }
  const fetched = folder === place ? manifest.files.filter(({ source }) => source !== undefined) : [];
  await rm(path.join(place, manifestName));
  for (const file of fetched) await rm(path.join(place, file.path), { force: true });
  if (folder !== place || fetched.length > 0) await rmEmpty(place);
  const isLeft = await readdir(folder).then(
    () => true,
    () => false,
  );
  return { bytes: fetched.reduce((sum, file) => sum + (file.bytes ?? 0), 0), left: isLeft ? folder : null };
}

async function rmEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) if (entry.isDirectory()) await rmEmpty(path.join(folder, entry.name));
  await rmdir(folder).catch(() => undefined);
}
