import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure, type Json, type PipelineDocument } from '@atelier/sdk';
import { Catalogue, type InstalledPlugin } from '../../engine/catalogue.js';
import { parseJson } from '../../engine/json.js';
import { parsePipeline } from '../../engine/pipeline.js';
import type { Problem } from '../../engine/problem.js';

/** The pipelines that come with Atelier; their ids are reserved. */
export class ShippedPipelines {
  constructor(
    readonly documents: ReadonlyMap<string, PipelineDocument>,
    /** the installed nodes and these pipelines */
    readonly catalogue: Catalogue,
  ) {}
}

/**
 * The pipelines of a folder, each in a file named `<id>.json`.
 * @throws Failure `invalid-pipeline` listing everything that is wrong in any of them, so that the server does not start with it
 */
export async function loadShipped(
  folder: string,
  plugins: readonly InstalledPlugin[],
): Promise<ShippedPipelines> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files = new Map<string, Json>();
  for (const name of names) files.set(name, parseJson(await readFile(path.join(folder, name), 'utf8')));

  const catalogue = new Catalogue(plugins, [...files.values()] as unknown as PipelineDocument[]);
  const read = [...files].map(([name, json]) => ({ name, ...parsePipeline(json, catalogue) }));
  const complaints = read.flatMap(complaintsOf);
  if (complaints.length > 0) {
    throw new Failure(
      'invalid-pipeline',
      `Shipped pipelines have errors; mend them, then start again. ${complaints.join(' ')}`,
    );
  }
  const documents = read.flatMap((file) => ('pipeline' in file ? [file.pipeline.document] : []));
  return new ShippedPipelines(new Map(documents.map((document) => [document.id, document])), catalogue);
}

function complaintsOf(file: { name: string } & ReturnType<typeof parsePipeline>): string[] {
  if ('problems' in file) return file.problems.map((problem) => complaint(file.name, problem));
  const { id } = file.pipeline.document;
  return `${id}.json` === file.name
    ? []
    : [`${file.name}: a file is named after the id of its pipeline, ${id}.json.`];
}

function complaint(name: string, { pointer, message }: Problem): string {
  return `${name}${pointer}: ${message}`;
}
