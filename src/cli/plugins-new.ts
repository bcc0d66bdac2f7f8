import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { checkout, shellWord } from './checkout.js';
import { CommandError, misused } from './command-error.js';
import { terminal } from './terminal.js';

const template = path.join(checkout, 'src/cli/templates/plugin');
const shelf = path.join(checkout, 'plugins');
const photo = path.join(checkout, 'docs/sample/photo.jpg');
const namePattern = /^[a-z][a-z0-9_-]{0,39}$/;

export function addPluginsNew(plugins: Command): void {
  plugins
    .command('new')
    .description('write a plugin that works, with its test and a pipeline that uses it')
    .argument('<name>', 'lower-case letters, digits, _ and -')
    .option(
      '--dir <dir>',
      'the folder to put it in; left out, the plugins folder of this Atelier, where it is found',
    )
    .action(async (name: string, options: { dir?: string }) => {
      const commands = await createPlugin(name, path.resolve(options.dir ?? shelf));
      terminal.result(`The plugin ${name} is written. Next:\n`);
      for (const command of commands) terminal.result(`  ${command}`);
      terminal.result('\nA server that is running finds it when it is started again.');
    });
}

/**
 * Writes the plugin to `parent/name`, whole or not at all.
 * @returns the commands to type next
 * @throws CommandError when the name will not do or is taken
 */
export async function createPlugin(name: string, parent: string): Promise<string[]> {
  if (!namePattern.test(name)) {
    throw misused(
      `"${name}" cannot name a plugin: begin with a lower-case letter and go on with at most 39 lower-case letters, digits, _ and -.`,
    );
  }
  const folder = path.join(parent, name);
  const isOnShelf = parent === shelf;
  const commands = isOnShelf ? commandsOnShelf(name) : commandsElsewhere(parent, folder);
  if (existsSync(folder))
    throw new CommandError(`${folder} is there already; choose another name or another --dir.`);
  const draft = path.join(parent, `.new-${name}-${process.pid}`);
  await mkdir(draft, { recursive: true });
  try {
    await cp(template, draft, { recursive: true });
    await fillIn(draft, { 'my-plugin': name, '{{commands}}': commands.join('\n') });
    if (!isOnShelf) await standAlone(draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return commands;
}

async function fillIn(folder: string, words: Record<string, string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    let text = await readFile(file, 'utf8');
    for (const [placeholder, word] of Object.entries(words)) text = text.replaceAll(placeholder, () => word);
    await writeFile(file, text);
  }
}

/** Outside of the checkout the plugin brings along what its test needs, linked to the packages of this Atelier. */
async function standAlone(folder: string): Promise<void> {
  const manifestFile = path.join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as Record<string, unknown>;
  const linked = (target: string): string => `file:${path.join(checkout, target)}`;
  manifest.scripts = { test: 'jiti index.spec.ts' };
  manifest.devDependencies = { '@atelier/sdk': linked('packages/sdk'), jiti: linked('node_modules/jiti') };
  await writeFile(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  await fillIn(folder, { '../../packages/sdk/': './node_modules/@atelier/sdk/' });
}

function commandsOnShelf(name: string): string[] {
  const isHere = process.cwd() === checkout;
  const run = `npx atelier run plugins/${name}/pipeline.json --file photo=${path.relative(checkout, photo)} --out out`;
  return [
    ...(isHere ? [] : [`cd ${shellWord(checkout)}`]),
    `npm test -- plugins/${name}`,
    run,
    'npx atelier plugins list',
  ];
}

function commandsElsewhere(parent: string, folder: string): string[] {
  const atelier = `ATELIER_PLUGINS=${shellWord(parent)} node ${shellWord(path.join(checkout, 'bin/atelier.js'))}`;
  return [
    `cd ${shellWord(folder)}`,
    'npm install && npm test',
    `${atelier} run pipeline.json --file photo=${shellWord(photo)} --out out`,
  ];
}
