import type { OnnxSession } from '@atelier/onnx';
import { openModel, type DiffusionModel } from './model.js';

/** What a host gives to load a model from. */
export interface HostedFiles {
  readonly folder: string;
  /** `returned`: memory for working is not kept between runs, which suits what runs once for each picture */
  open(file: string, options: { workingMemory: 'kept' | 'returned' }): Promise<OnnxSession>;
}

/** A host that holds the parts of models in memory between runs, and decides when they leave; that of a node of Atelier is one. */
export interface ModelHost<Ref> {
  use<Value>(
    model: Ref,
    part: string,
    load: (files: HostedFiles) => Promise<{ value: Value; dispose(): void | Promise<void> }>,
  ): Promise<Value>;
}

/**
 * A model whose graphs are loaded when they are first needed and then stay for as long as the host has room for them.
 * @throws DiffusionError when the folder is no model
 */
export async function residentModel<Ref>(host: ModelHost<Ref>, model: Ref): Promise<DiffusionModel> {
  const described = await host.use(model, 'description', async ({ folder }) => {
    const value = await openModel(folder, neverOpened);
    return { value, dispose: () => undefined };
  });
  const { denoiser, controlnet } = described.folder.components;
  const isRepeated = (file: string): boolean => file === denoiser?.file || file === controlnet?.file;
  return {
    ...described,
    open: (file) =>
      host.use(model, file, async (files) => {
        const workingMemory = isRepeated(file) ? 'kept' : 'returned';
        const session = await files.open(file, { workingMemory });
        return { value: staying(session), dispose: () => session.release() };
      }),
  };
}

/** The session, which its host alone releases. */
function staying(session: OnnxSession): OnnxSession {
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    provider: session.provider,
    run: (feeds) => session.run(feeds),
    release: () => Promise.resolve(),
  };
}

function neverOpened(): never {
  throw new Error('A description opens nothing.');
}
