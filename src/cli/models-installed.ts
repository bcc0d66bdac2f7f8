import type { Config } from '../config.js';
import { Models } from '../server/models/models.service.js';
import { terminal } from './terminal.js';

/** The models as they are on disk, with or without a server. What cannot be used is said on the way. */
export async function installedModels(config: Config): Promise<Models> {
  const models = new Models(config);
  await models.refresh();
  for (const { message } of models.problems) terminal.note(message);
  return models;
}
