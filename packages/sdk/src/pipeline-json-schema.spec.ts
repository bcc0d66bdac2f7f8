import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { bindingKinds } from './pipeline.js';
import { pipelineJsonSchema } from './pipeline-json-schema.js';

const file = new URL('../pipeline.schema.json', import.meta.url);

interface Definitions {
  $defs: { binding: { anyOf: { required: string[] }[] }; port: { oneOf: { description: string }[] } };
}

describe('pipeline.schema.json', () => {
  it('is what `npm run generate` makes of the schema that pipelines are read with', () => {
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(pipelineJsonSchema());
  });

  it('offers an editor each kind of reference and each type of port, with a description', () => {
    const { $defs } = pipelineJsonSchema() as unknown as Definitions;
    const references = $defs.binding.anyOf.flatMap(({ required }) => required ?? []);
    expect(references.sort()).toEqual([...bindingKinds].sort());
    expect($defs.port.oneOf.every(({ description }) => description.length > 0)).toBe(true);
  });

  it.each([
    [true, {}],
    [true, { $schema: 'x', inputs: { seed: { type: 'seed', default: '5' } } }],
    [
      true,
      { nodes: { a: { use: 'x.y@1', with: { n: 1, image: { from: 'b.image' }, all: { list: [1] } } } } },
    ],
    [false, { id: 'A' }],
    [false, { nodes: { a: { use: 'x', when_: true } } }],
    [false, { inputs: { a: { type: 'imge' } } }],
    [false, { inputs: { a: { type: 'list', items: { type: 'number', minimum: 1 } } } }],
  ])('judges a document as the reader does: %j for %j', (valid, change) => {
    const validate = new Ajv2020({ strict: false }).compile(pipelineJsonSchema() as object);
    const document = { id: 'a', version: '1.0.0', title: 'A', nodes: {}, outputs: { x: { input: 'y' } } };
    expect(validate({ ...document, ...change })).toBe(valid);
  });
});
