import path from 'node:path';
import { openModel, type DiffusionModel } from '@atelier/diffusion';
import { openSession, type OnnxSession } from '@atelier/onnx';

/** A model whose graphs add the time of each run to a clock. */
export function timedModel(folder: string, clock: { ms: number }): Promise<DiffusionModel> {
  return openModel(folder, async (file) =>
    timed(await openSession(path.join(folder, file), { providers: ['cpu'] }), clock),
  );
}

function timed(session: OnnxSession, clock: { ms: number }): OnnxSession {
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    provider: session.provider,
    async run(feeds) {
      const start = performance.now();
      const outputs = await session.run(feeds);
      clock.ms += performance.now() - start;
      return outputs;
    },
    release: () => session.release(),
  };
}
