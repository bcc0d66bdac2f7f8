import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config.js';

/** `models/` of the checkout; this file is three folders deep, compiled or not. */
const shipped = fileURLToPath(new URL('../../../models', import.meta.url));

/** Where `atelier models add` and `pull` put models. */
export function ownModels({ home }: Pick<Config, 'home'>): string {
  return path.join(home, 'models');
}

/** What of the configuration says where models are. */
export type ModelPlaces = Pick<Config, 'home' | 'models' | 'starterModels'>;

/** All folders with models; of two models with one id the one in the earlier folder counts. */
export function modelFolders(config: ModelPlaces): string[] {
  const starters = config.starterModels ? [shipped] : [];
  return [...starters, ownModels(config), ...config.models];
}

/** Where workers and commands note the digests of large files. */
export function digestFolder({ home }: Pick<Config, 'home'>): string {
  return path.join(home, 'cache/digests');
}
