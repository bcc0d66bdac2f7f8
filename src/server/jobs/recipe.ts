import type { FileRef, Json, PipelineDocument } from '@atelier/sdk';
import { takesFile } from '../../engine/port.js';
import type { Pipeline } from '../../engine/step.js';

/** Under this keyword a picture says how it was made. */
export const recipeKeyword = 'atelier';

/** What makes a job's results again: its pipeline and inputs, with every seed drawn. */
export interface Recipe {
  pipeline: PipelineDocument;
  /** A file is `{ sha256, name }`: ids of files mean nothing elsewhere. */
  inputs: Record<string, Json>;
}

/** @param drawn seeds that were drawn for a −1 written in the pipeline, by `node.input` */
export function recipeOf(
  { document, inputs }: Pick<Pipeline, 'document' | 'inputs'>,
  values: Readonly<Record<string, Json>>,
  drawn: Readonly<Record<string, Json>>,
): Recipe {
  const portable = Object.entries(values).map(([name, value]): [string, Json] => {
    const spec = inputs.get(name);
    return [name, spec !== undefined && takesFile(spec) ? portableFile(value) : value];
  });
  return { pipeline: withSeeds(document, drawn), inputs: Object.fromEntries(portable) };
}

function portableFile(value: Json): Json {
  if (value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(portableFile);
  const { sha256, name } = value as unknown as FileRef;
  return { sha256, name };
}

/** Seeds in the pipelines that this one uses are theirs to say. */
function withSeeds(document: PipelineDocument, drawn: Readonly<Record<string, Json>>): PipelineDocument {
  const nodes = { ...document.nodes };
  for (const [place, seed] of Object.entries(drawn)) {
    const [id = '', input = ''] = place.split('.');
    const node = nodes[id];
    if (node?.with?.[input] === -1 || node?.with?.[input] === '-1')
      nodes[id] = { ...node, with: { ...node.with, [input]: seed } };
  }
  return { ...document, nodes };
}
