/**
 * Writes what is made from code: the tables of configuration and documented endpoints in README.md and the JSON Schema of
 * pipelines.
 * With `--check` nothing is written, and the exit code says whether the README is up to date; a spec of the sdk looks
 * after its schema.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createJiti } from 'jiti';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';

const root = path.resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');
const jiti = createJiti(import.meta.url);

/** `Name | default | what it is`. A default that depends on the machine is told at the end of the description. */
function configurationTable(environmentSchema) {
  const { properties } = z.toJSONSchema(environmentSchema, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties).map(([name, { description = '', default: standard }]) => {
    const [what, told] = description.split('; default ');
    const value = told ?? (standard === '' ? 'none' : `\`${standard}\``);
    return `| \`${name}\` | ${value} | ${what.replaceAll('|', '\\|')} |`;
  });
  return ['| variable | default | what it is |', '|---|---|---|', ...rows].join('\n');
}

/** Where the test of each documented endpoint is: test/dialects/documented.json. */
function endpointTable(documented) {
  const rows = Object.entries(documented).flatMap(([document, { spec, endpoints }]) =>
    Object.entries(endpoints).map(
      ([endpoint, title]) => `| ${document} | \`${endpoint}\` | [${title.replaceAll('|', '\\|')}](${spec}) |`,
    ),
  );
  return ['| document | endpoint | its test |', '|---|---|---|', ...rows].join('\n');
}

function between(text, name, content) {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  if (!text.includes(start) || !text.includes(end)) throw new Error(`README.md has no ${start} … ${end}`);
  return `${text.slice(0, text.indexOf(start) + start.length)}\n\n${content}\n\n${text.slice(text.indexOf(end))}`;
}

async function readme() {
  const { environmentSchema } = await jiti.import(path.join(root, 'src/config.ts'));
  const text = await readFile(path.join(root, 'README.md'), 'utf8');
  const documented = JSON.parse(await readFile(path.join(root, 'test/dialects/documented.json'), 'utf8'));
  const withConfiguration = between(text, 'configuration', configurationTable(environmentSchema));
  return between(withConfiguration, 'endpoints', endpointTable(documented));
}

const file = path.join(root, 'README.md');
const text = await format(await readme(), { ...(await resolveConfig(file)), filepath: file });
const isStale = text !== (await readFile(file, 'utf8'));
if (isCheck) {
  if (isStale) console.log('README.md: run "npm run generate"');
  process.exitCode = isStale ? 1 : 0;
} else {
  if (isStale) await writeFile(file, text);
  await import('./generate-pipeline-schema.mjs');
}
