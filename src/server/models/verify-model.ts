import { FileDigests } from '../../runtime/models/file-digests.js';
import { stateOf, type FileState } from '../../runtime/models/file-state.js';
import type { Model, ModelFile } from '../../runtime/models/manifest.js';
import type { Config } from '../../config.js';
import type { ByteProgress } from './add-model.js';
import { digestFolder } from './places.js';

export interface CheckedFile {
  file: ModelFile;
  state: FileState;
}

/** Reads all files of a model again and compares them with its manifest. */
export async function verifyModel(
  config: Pick<Config, 'home'>,
  model: Model,
  progress: ByteProgress,
): Promise<CheckedFile[]> {
  const digests = new FileDigests(digestFolder(config));
  const checked: CheckedFile[] = [];
  for (const file of model.manifest.files) {
    progress.file(file.path, file.bytes ?? 0);
    const state = await stateOf(model, file, (place) =>
      digests.renew(place, (bytes) => progress.read(bytes)),
    );
    checked.push({ file, state });
  }
  return checked;
}
