import path from 'node:path';
import type { Config } from '../../config.js';
import type { Listener } from './listeners.js';
import { version } from './version.js';

/**
 * What a newcomer needs to know, with a command that works as it stands.
 * @param others where it listens besides
 */
export function welcome(url: string, others: readonly Listener[], { home }: Pick<Config, 'home'>): string {
  const places = others.map(({ dialect, url: place }) => `  ${dialect.padEnd(10)}  ${place}\n`).join('');
  const key = path.join(home, 'owner.key');
  return `
Atelier ${version} is ready: ${url}

  API         ${url}/docs  (or ${url}/redoc)
${places}  Your key    ${key}

The tools it has:

  curl -s ${url}/v1/tools -H "Authorization: Bearer $(cat ${shellWord(key)})"

`;
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
