import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';

// Writes the JSON Schema that editors use from the schema that the engine reads pipelines with.
const sdk = new URL('../packages/sdk/', import.meta.url);
const jiti = createJiti(import.meta.url, { fsCache: false });
const { pipelineJsonSchema } = await jiti.import(fileURLToPath(new URL('src/pipeline-json-schema.ts', sdk)));
await writeFile(new URL('pipeline.schema.json', sdk), `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`);
