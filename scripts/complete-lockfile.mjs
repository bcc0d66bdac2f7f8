/**
 * Adds to package-lock.json the optional packages of other platforms that npm leaves out when the registry it asked (a
 * mirror, for example) has only those of this one. `npm ci` refuses a lock file without them, on every platform.
 * Run it after `npm install`; it changes nothing when nothing is missing.
 */
import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(await readFile(file, 'utf8'));
const systems = [
  'darwin',
  'linux',
  'win32',
  'android',
  'freebsd',
  'openharmony',
  'aix',
  'netbsd',
  'openbsd',
  'sunos',
];
const processors = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  'riscv64',
  'loong64',
  's390x',
  'mips64el',
  'wasm32',
];

/** The words of a name such as `@swc/core-linux-arm-gnueabihf`, longest first so that `arm64` is not taken for `arm`. */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => systems.includes(word));
  const cpu = words.filter((word) => processors.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : [];
  return Object.fromEntries(Object.entries({ cpu, os, libc }).filter(([, values]) => values.length > 0));
}

/** Where node looks for a package that the package at `place` depends on, nearest first. */
function* placesFor(name, place) {
  for (let folder = place; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    yield folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (folder === '') return;
  }
}

let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if ([...placesFor(name, place)].some((where) => lock.packages[where])) continue;
    const version = range.replace(/^[\^~]/, '');
    const dev = entry.dev || entry.devOptional ? { dev: true } : {};
    lock.packages[`node_modules/${name}`] = { version, ...platformOf(name), ...dev, optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
if (added > 0) await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} optional packages of other platforms were missing`);
