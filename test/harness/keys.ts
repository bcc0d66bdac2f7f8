import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface KeyOptions {
  /** left out: enterprise, which has no limits, so that a test may ask as often as it needs */
  plan?: string;
  credits?: number;
  sandbox?: boolean;
}

/** Makes a key of an account of its own, as an administrator would. */
export async function createKey(
  home: string,
  { plan = 'enterprise', credits = 0, sandbox = false }: KeyOptions = {},
): Promise<string> {
  const words = [
    'keys',
    'create',
    '--plan',
    plan,
    '--credits',
    String(credits),
    ...(sandbox ? ['--sandbox'] : []),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], {
    env: { ...process.env, ATELIER_HOME: home },
  });
  return stdout.trim().split('\n').at(-1) ?? '';
}
