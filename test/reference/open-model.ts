import path from 'node:path';
import { openModel, type DiffusionModel } from '@atelier/diffusion';
import { openSession, type OnnxSession } from '@atelier/onnx';
import { referencePath } from './pack.js';

/** Changes a session, such as its names or what it declares. `file` is relative to the model. */
export type Disguise = (session: OnnxSession, file: string) => OnnxSession;

/** A reference model on the CPU. */
export function openReferenceModel(
  name: string,
  disguise: Disguise = (session) => session,
): Promise<DiffusionModel> {
  return openModelIn(referencePath('models', name), disguise);
}

export function openModelIn(
  folder: string,
  disguise: Disguise = (session) => session,
): Promise<DiffusionModel> {
  return openModel(folder, async (file) =>
    disguise(await openSession(path.join(folder, file), { providers: ['cpu'], threads: 1 }), file),
  );
}

/** A session as a plain object, to be changed in parts. */
export function parts(session: OnnxSession): OnnxSession {
  const { inputs, outputs, provider } = session;
  return { inputs, outputs, provider, run: (feeds) => session.run(feeds), release: () => session.release() };
}
