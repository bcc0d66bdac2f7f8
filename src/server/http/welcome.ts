import path from 'node:path';
import type { Config } from '../../config.js';
import type { Listener } from './listeners.js';
import { version } from './version.js';

/**
 * What a newcomer needs to know, with a command that works as it stands.
 * @param others where it listens besides
 * @param paints whether a model is there that makes pictures from prompts
 */
export function welcome(
  url: string,
  others: readonly Listener[],
  { home }: Pick<Config, 'home'>,
  paints: boolean,
): string {
  const places = others.map(({ dialect, url: place }) => `  ${dialect.padEnd(10)}  ${place}\n`).join('');
  const key = path.join(home, 'owner.key');
  return `
Atelier ${version} is ready: ${url}

  API         ${url}/docs  (or ${url}/redoc)
${places}  Your key    ${key}

${paints ? firstPicture(url, key) : toolList(url, key)}
A key for someone else, with 100 credits:

  ${homeWord(home)}npx atelier keys create --plan free --credits 100 --email ann@example.com

`;
}

function firstPicture(url: string, key: string): string {
  const body = '{"prompt":"a serene mountain lake at sunset, golden light","width":512,"height":512}';
  const image = "JSON.parse(require('fs').readFileSync(0)).image.split(',')[1]";
  return `A first picture, lake.png:

  curl -s ${url}/generate ${authorization(key)} -H 'Content-Type: application/json' \\
    -d '${body}' | node -p "${image}" | base64 -d > lake.png
`;
}

function toolList(url: string, key: string): string {
  return `The tools it has:

  curl -s ${url}/v1/tools ${authorization(key)}
`;
}

function authorization(key: string): string {
  return `-H "Authorization: Bearer $(cat ${shellWord(key)})"`;
}

/** What a command needs to find the home, where that is not the one it looks for. */
function homeWord(home: string): string {
  return home === path.resolve('data') ? '' : `ATELIER_HOME=${shellWord(home)} `;
}

function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
