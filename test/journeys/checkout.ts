import { cp, mkdir, mkdtemp, readdir, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { root } from './terminal.js';

const copied = ['bin', 'dist', 'src', 'packages', 'docs/sample', 'test/environment.mjs', 'pipelines'];

/** A checkout of its own, built and installed, whose plugins folder a test may write into. */
export async function copyCheckout(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-checkout-'));
  const settings = (await readdir(root)).filter((name) => /\.(json|mjs|tsbuildinfo)$/.test(name));
  for (const name of [...copied, ...settings]) {
    await cp(path.join(root, name), path.join(folder, name), { recursive: true, preserveTimestamps: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await mkdir(path.join(folder, 'plugins'));
  await symlink(path.join(root, 'plugins/image'), path.join(folder, 'plugins/image'));
  return folder;
}
