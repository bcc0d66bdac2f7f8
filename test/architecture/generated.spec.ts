import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './sources.js';

describe('what is generated from code', () => {
  it('is up to date in the README', async () => {
    const generate = [path.join(root, 'scripts/generate.mjs'), '--check'];
    const { stdout } = await promisify(execFile)(process.execPath, generate).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 60_000);
});
