import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import type { TestServer } from '../harness/server.js';

type Access = Pick<TestServer, 'url' | 'key'>;

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** The text of a snippet of the document, to the letter. */
export function snippet(name: string): Promise<string> {
  return readFile(new URL(`snippets/${name}.js`, import.meta.url), 'utf8');
}

/** What of a snippet depends on whose server it is: the package, the key and the address. */
export function adapted(text: string, { url, key }: Access): string {
  return text
    .replaceAll('@craudiovizai/sdk', '@atelier/client')
    .replaceAll("apiKey: 'YOUR_API_KEY'", `apiKey: '${key}', baseUrl: '${url}/v1'`);
}

/** A folder in which the package is installed, and where programs are run. */
export class Desk {
  private constructor(readonly folder: string) {}

  static async open(): Promise<Desk> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-client-'));
    await symlink(modules, path.join(folder, 'node_modules'), 'junction');
    return new Desk(folder);
  }

  /** Runs a file of its own and gives what it prints. CommonJS in a function, as snippets wait at the top. */
  async run(text: string, kind: 'cjs' | 'mjs' = 'cjs'): Promise<string> {
    const file = path.join(this.folder, `program.${kind}`);
    await writeFile(file, kind === 'mjs' ? text : `(async () => {\n${text}\n})();\n`);
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      cwd: this.folder,
      timeout: 30_000,
    });
    return stdout.trim();
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
