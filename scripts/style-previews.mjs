/**
 * Paints `styles/previews/<id>.jpg` for the styles that are named, or for all, with a model that ships, as a user would: on a server
 * of its own, through the command line. What each shows is in the style's file.
 */
import { execFile, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';

const model = 'starter-scenes';
const side = 512;
const shownSide = 384;
const quality = 84;

const root = fileURLToPath(new URL('..', import.meta.url));
const program = path.join(root, 'dist/cli/main.js');
const folder = path.join(root, 'styles');
const previews = path.join(folder, 'previews');
const home = await mkdtemp(path.join(os.tmpdir(), 'atelier-previews-'));
const env = {
  ...process.env,
  PORT: '0',
  ATELIER_KREA_PORT: '0',
  ATELIER_VISUALIZR_PORT: '0',
  ATELIER_HOME: home,
  ATELIER_LOG_LEVEL: 'warn',
};
const atelier = (...words) => promisify(execFile)(process.execPath, [program, ...words], { env });

const wanted = process.argv.slice(2);
const names = wanted.length > 0 ? wanted.map((id) => `${id}.json`) : await readdir(folder);
const styles = [];
for (const name of names.filter((each) => each.endsWith('.json')))
  styles.push(JSON.parse(await readFile(path.join(folder, name), 'utf8')));

await mkdir(previews, { recursive: true });
const isRegistered = await access(path.join(root, 'models', model, 'model.json')).then(
  () => true,
  () => false,
);
if (!isRegistered) await atelier('models', 'add', path.join(root, 'models', model));
const server = await serve();
try {
  for (const style of styles.filter(({ preview }) => preview !== undefined)) {
    await paint(style);
    console.log(`styles/previews/${style.id}.jpg`);
  }
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(home, { recursive: true, force: true });
}

async function paint({ id, prompt, negative_prompt: negative, preview }) {
  const inputs = {
    model,
    prompt: `${preview.prompt}, ${prompt}`,
    ...(negative && { negative_prompt: negative }),
    seed: preview.seed,
    width: side,
    height: side,
  };
  const set = Object.entries(inputs).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const out = path.join(home, 'previews', id);
  const { stdout } = await atelier('run', 'text_to_image', ...set, '--out', out, '--json');
  const { outputs } = JSON.parse(stdout.trim().split('\n').at(-1));
  await sharp(outputs.images[0].path)
    .resize(shownSide, shownSide)
    .jpeg({ quality, mozjpeg: true })
    .toFile(path.join(previews, `${id}.jpg`));
}

function serve() {
  const child = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('is ready')) resolve(child);
    });
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)));
  });
}
