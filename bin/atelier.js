#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const program = path.join(root, 'dist', 'cli', 'main.js');
const stamp = path.join(root, 'dist', '.stamp');
const lock = path.join(root, 'dist', '.building');

/** The latest change to a folder's files, or to the folder itself, which a deleted file leaves behind. Milliseconds since 1970. */
function newestChange(folder) {
  const inside = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? newestChange(file) : statSync(file).mtimeMs;
  });
  return Math.max(statSync(folder).mtimeMs, ...inside);
}

function isBuilt() {
  if (!existsSync(stamp) || !existsSync(program)) return false;
  const packages = readdirSync(path.join(root, 'packages')).map((name) =>
    path.join(root, 'packages', name, 'src'),
  );
  const sources = [path.join(root, 'src'), ...packages.filter((folder) => existsSync(folder))];
  return Math.max(...sources.map(newestChange)) < statSync(stamp).mtimeMs;
}

/** Standard output belongs to the command, so everything that is said while building goes to standard error. */
function build() {
  console.error('Building Atelier (only after a change, takes a few seconds) …');
  const startedAt = new Date();
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) throw new Error(`Run "npm ci" in ${root} first.`);
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const pretty = String(process.stderr.isTTY === true);
  const args = [compiler, '-b', 'tsconfig.build.json', '--pretty', pretty];
  const { status } = spawnSync(process.execPath, args, options);
  if (status !== 0) throw new Error('Atelier could not be built; the compiler says why above.');
  writeFileSync(stamp, '');
  utimesSync(stamp, startedAt, startedAt);
}

/** Two commands that find the same change build it once: the second waits for the first. */
async function buildOnce() {
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  for (let waits = 0; !acquire(); waits += 1) {
    if (waits === 0) console.error('Another command is building Atelier; waiting for it …');
    await delay(200);
  }
  try {
    if (!isBuilt()) build();
  } finally {
    rmSync(lock, { force: true });
  }
}

function acquire() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) rmSync(lock, { force: true });
    return false;
  }
}

/** Whether the command that was building has ended without removing its lock, as it does when it is interrupted. */
function isAbandoned() {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

try {
  if (!isBuilt()) await buildOnce();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
await import(pathToFileURL(program));
