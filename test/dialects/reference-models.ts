import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { program, type TestServer } from '../harness/server.js';
import { referencePath } from '../reference/pack.js';

/** Installs tiny models of the real architectures, as a user would: Stable Diffusion 1.5 and Real-ESRGAN. */
export async function addReferenceModels({ home }: Pick<TestServer, 'home'>): Promise<void> {
  for (const id of ['sd', 'srvgg-x4']) {
    const words = ['models', 'add', referencePath('models', id)];
    const env = { ...process.env, ATELIER_HOME: home };
    await promisify(execFile)(process.execPath, [program, ...words], { env });
  }
}

/** A quick generation. */
export const small = { prompt: 'A small picture', width: 64, height: 64, steps: 2 };

/** One that takes about ten seconds with the tiny model. */
export const slow = { prompt: 'A picture that takes its time', width: 512, height: 512, steps: 150 };
