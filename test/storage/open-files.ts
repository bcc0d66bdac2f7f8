import { Assets as AssetStore } from '../../src/runtime/assets.js';
import type { Assets } from '../../src/server/assets/assets.service.js';
import type { Database } from '../../src/server/database/database.js';
import { Files } from '../../src/server/files/files.service.js';
import type { Signatures } from '../../src/server/files/signatures.js';
import { Storage } from '../../src/server/files/storage.js';
import { Idempotency } from '../../src/server/idempotency/idempotency.service.js';
import { Projects } from '../../src/server/projects/projects.service.js';

/** The projects of a home as the server has them. */
export const openProjects = (database: Database): Projects =>
  new Projects(database, new Idempotency(database));

/** The files of a home as the server has them. */
export function openFiles(
  database: Database,
  assets: Assets,
  store: AssetStore,
  signatures: Signatures,
): Files {
  return new Files(database, assets, store, signatures, openProjects(database), new Storage(database));
}
