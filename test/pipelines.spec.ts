import { describePlugin, type FileRef, type Json, type PluginDefinition, type PortSpec } from '@atelier/sdk';
import { readdir, readFile } from 'node:fs/promises';
import { Catalogue } from '../src/engine/catalogue.js';
import { checkInputs } from '../src/engine/inputs.js';
import { parseJson } from '../src/engine/json.js';
import { parsePipeline } from '../src/engine/pipeline.js';
import type { Pipeline } from '../src/engine/step.js';

const root = new URL('../', import.meta.url);
const entries = await readdir(new URL('plugins/', root), { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const installed = [];
// One after the other: jest loses its way among modules that several imports wait for.
for (const name of folders) {
  const { default: plugin } = (await import(`../plugins/${name}/index.js`)) as { default: PluginDefinition };
  installed.push({ ...describePlugin(plugin), digest: name });
}
const shipped = (await readdir(new URL('pipelines/', root))).filter((name) => name.endsWith('.json'));
const documents = await Promise.all(
  shipped.map(async (name) => parseJson(await readFile(new URL(`pipelines/${name}`, root), 'utf8'))),
);
const catalogue = new Catalogue(installed, documents);

interface Shipped {
  id: string;
  $schema?: string;
  inputs?: Record<string, PortSpec>;
  tool?: { examples?: { title: string; inputs: Record<string, Json> }[] };
}

function parsed(document: Json): Pipeline {
  const result = parsePipeline(document, catalogue);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems, null, 2));
  return result.pipeline;
}

/** Examples leave out the files and pictures that are required, as they stand for a caller's own. */
function withFiles(specs: Record<string, PortSpec>, inputs: Record<string, Json>): Record<string, Json> {
  const complete = { ...inputs };
  for (const [name, spec] of Object.entries(specs)) {
    if (!spec.optional && complete[name] === undefined) complete[name] = sampleOf(spec) as Json;
  }
  return complete;
}

function sampleOf(spec: PortSpec): Json | undefined {
  if (spec.type === 'list') return sampleOf(spec.items) && [sampleOf(spec.items)!];
  if (!['file', 'image', 'mask', 'video', 'audio'].includes(spec.type)) return undefined;
  const accepted =
    spec.type === 'file' ? spec.accept?.[0] : `${spec.type === 'mask' ? 'image' : spec.type}/*`;
  const file: FileRef = {
    sha256: '0'.repeat(64),
    bytes: 1,
    mediaType: (accepted ?? 'image/png').replace('*', 'x-sample'),
    name: 'sample',
  };
  return { ...file };
}

describe.each(shipped.map((name, at) => ({ name, document: documents[at] as Json & Shipped })))(
  'pipelines/$name',
  ({ name, document }) => {
    it('has the id that its file is named by, and names the schema that editors check it against', () => {
      expect(`${document.id}.json`).toBe(name);
      expect(document.$schema).toBe('../packages/sdk/pipeline.schema.json');
    });

    it('has no errors with the plugins that ship', () => {
      expect(parsed(document).outputs.size).toBeGreaterThan(0);
    });

    it('accepts the inputs of its examples', () => {
      const { examples = [] } = document.tool ?? {};
      const problems = examples.flatMap(({ title, inputs }) => {
        const checked = checkInputs(parsed(document), withFiles(document.inputs ?? {}, inputs));
        return 'problems' in checked ? [{ title, problems: checked.problems }] : [];
      });

      expect(problems).toEqual([]);
      if (document.tool) expect(examples.length).toBeGreaterThan(0);
    });
  },
);
