import { Failure, type LoadedModel, type ModelFiles, type OnnxSession } from '@atelier/sdk';
import type { ListedFiles } from '../runtime/models/catalogue.js';
import type { Sessions } from '../runtime/onnx.js';

export type LoadPart = (files: ModelFiles) => Promise<LoadedModel<unknown>>;

export interface LoadedPart extends LoadedModel<unknown> {
  dispose(): Promise<void>;
}

/**
 * Loads a part of a model. The sessions that it opens go with it, and at once when it does not load: their memory is counted as
 * the model's.
 */
export async function loadPart(files: ListedFiles, load: LoadPart, sessions: Sessions): Promise<LoadedPart> {
  const opened: OnnxSession[] = [];
  const releaseAll = async (): Promise<void> => {
    for (const session of opened.splice(0)) await session.release();
  };
  const open: ModelFiles['open'] = async (name, options) => {
    const session = await sessions.open({ model: files.id, name, path: files.path(name) }, options);
    opened.push(session);
    return session;
  };
  try {
    const loaded = await load({ ...files, open });
    if (typeof (loaded as Partial<LoadedModel<unknown>> | undefined)?.dispose !== 'function') {
      const message = `What was loaded from the model ${files.id} has no dispose.`;
      throw new Failure('node-failed', message, { model: files.id });
    }
    return { value: loaded.value, dispose: () => disposeOf(loaded).finally(releaseAll) };
  } catch (error) {
    await releaseAll();
    throw error;
  }
}

/** Its `dispose` may throw at once, or not be asynchronous. */
async function disposeOf(loaded: LoadedModel<unknown>): Promise<void> {
  await loaded.dispose();
}
