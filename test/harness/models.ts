import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { referencePath } from '../reference/pack.js';
import { program, type TestServer } from './server.js';

/** Installs a tiny model of a real architecture as a user would, while the server runs or before. */
export async function addReferenceModel({ home }: Pick<TestServer, 'home'>, name: string): Promise<void> {
  const env = { ...process.env, ATELIER_HOME: home };
  await promisify(execFile)(process.execPath, [program, 'models', 'add', referencePath('models', name)], {
    env,
  });
}
