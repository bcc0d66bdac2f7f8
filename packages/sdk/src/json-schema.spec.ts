import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { inputSchema } from './json-schema.js';
import { checkLiteral } from './literals.js';
import type { PortSpec } from './ports.js';
import type { Json } from './values.js';

const inputs: Record<string, PortSpec> = {
  prompt: { type: 'text', title: 'Prompt', description: 'What to paint', minLength: 1, maxLength: 3 },
  steps: { type: 'integer', min: 1, max: 50, default: 20 },
  strength: { type: 'number', min: 0, max: 1, default: 0.5 },
  tiled: { type: 'boolean', default: false },
  fit: { type: 'enum', values: ['cover', 'fill'], default: 'cover' },
  tint: { type: 'colour', default: '#ffffff' },
  slug: { type: 'string', pattern: '^\\p{Ll}+$', optional: true },
  seed: { type: 'seed', default: '-1' },
  model: { type: 'model', default: 'sd-turbo' },
  image: { type: 'image' },
  mask: { type: 'mask', optional: true },
  clips: { type: 'list', items: { type: 'video' }, minItems: 1, maxItems: 2, optional: true },
  extra: { type: 'json', default: { a: [] } },
};

function validator(ports: Record<string, PortSpec>): ValidateFunction {
  // `file-id` is an annotation; draft 2020-12 has validators ignore formats that they don't know.
  return new Ajv2020({ strict: true, formats: { 'file-id': true } }).compile(inputSchema(ports));
}

describe('the JSON Schema of inputs', () => {
  const validate = validator(inputs);
  const least = { prompt: 'a', image: 'file_1' };

  it('asks for what has no default and is not optional', () => {
    expect(inputSchema(inputs).required).toEqual(['prompt', 'image']);
    expect(validate(least)).toBe(true);
    expect(validate({ prompt: 'a' })).toBe(false);
  });

  it('carries titles, descriptions, bounds and defaults', () => {
    expect(inputSchema(inputs)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
      properties: {
        prompt: { type: 'string', title: 'Prompt', description: 'What to paint', minLength: 1, maxLength: 3 },
        steps: { type: 'integer', minimum: 1, maximum: 50, default: 20 },
        fit: { enum: ['cover', 'fill'], default: 'cover' },
        clips: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string', format: 'file-id' } },
        extra: { default: { a: [] } },
      },
    });
  });

  it('says which files an input takes', () => {
    const description = (spec: PortSpec): unknown =>
      (inputSchema({ file: spec }).properties as Record<string, Record<string, Json>>).file!.description;
    expect(description({ type: 'image' })).toBe('The id of a file of type image/*.');
    expect(description({ type: 'file' })).toBe('The id of a file.');
    expect(description({ type: 'file', accept: ['image/png', 'image/jpeg'], description: 'A logo' })).toBe(
      'A logo (the id of a file of type image/png or image/jpeg)',
    );
  });

  it('accepts no value for what only nodes can make', () => {
    const onlyNodes = validator({ latents: { type: 'latents', optional: true } });
    expect(onlyNodes({})).toBe(true);
    expect(onlyNodes({ latents: {} })).toBe(false);
  });

  it('has its own defaults fit', () => {
    const defaults = Object.entries(inputs).flatMap(([name, spec]) =>
      'default' in spec && spec.default !== undefined ? [[name, spec.default] as const] : [],
    );
    expect(validate({ ...least, ...Object.fromEntries(defaults) })).toBe(true);
  });

  it.each<[string, Json]>([
    ['unknown', 1],
    ['image', { url: 'x' }],
    ['image', '../etc/passwd'],
    ['image', ''],
    ['clips', []],
    ['clips', ['a', 'b', 'c']],
    ['model', 5],
  ])('refuses %s: %j', (name, value) => {
    expect(validate({ ...least, [name]: value })).toBe(false);
  });

  // Files are left out: a request gives their ids and the host puts references in their place before it checks them.
  it.each<[string, Json]>([
    ['prompt', ''],
    ['prompt', '😀😀😀'],
    ['prompt', 'abcd'],
    ['prompt', null],
    ['steps', 1],
    ['steps', 0],
    ['steps', 50.5],
    ['steps', '5'],
    ['strength', 1],
    ['strength', 1.1],
    ['tiled', true],
    ['tiled', 'true'],
    ['fit', 'fill'],
    ['fit', 'Fill'],
    ['tint', '#AbCdEf01'],
    ['tint', '#abc'],
    ['slug', 'é'],
    ['slug', 'A'],
    ['slug', 'a'.repeat(1024)],
    ['slug', 'a'.repeat(1025)],
    ['seed', 7],
    ['seed', '18446744073709551615'],
    ['seed', -2],
    ['seed', '1.5'],
    ['seed', 'x'],
    ['model', 'a'],
    ['model', ''],
    ['extra', null],
    ['extra', [{ a: 'b' }]],
  ])('and the check of literals judge alike of %s: %j', (name, value) => {
    expect(validate({ ...least, [name]: value })).toBe('value' in checkLiteral(inputs[name]!, value));
  });
});
