import { port, type PortSpec } from './ports.js';
import { portSpecSchema } from './port-schema.js';

const sound: PortSpec[] = [
  port.image({ title: 'Image', description: 'x' }).spec,
  port.mask().spec,
  port.video().spec,
  port.audio().spec,
  port.latents().spec,
  port.conditioning().spec,
  port.model({ families: ['sd15'], default: 'sd-turbo' }).spec,
  port.string({ minLength: 1, maxLength: 1, pattern: '^a$', default: 'a' }).spec,
  port.text().spec,
  port.integer({ min: 0, max: 0, default: 0 }).spec,
  port.seed({ default: '18446744073709551615' }).spec,
  port.seed({ default: -1 }).spec,
  port.number({ default: 0.5 }).spec,
  port.boolean({ default: true }).spec,
  port.enum(['a', 'b'], { default: 'b' }).spec,
  port.colour({ default: '#FFFFFF' }).spec,
  port.file({ accept: ['image/*', 'application/vnd.ms-excel', '*/*'] }).spec,
  port.json({ default: null }).spec,
  port.list(port.list(port.number({ min: 1 })), { minItems: 1, maxItems: 2 }).spec,
  port.optional(port.image()).spec,
];

const contradictory: [object, (string | number)[], RegExp][] = [
  [{ type: 'imge' }, ['type'], /./],
  [{ type: 'number', minimum: 1 }, [], /minimum/],
  [{ type: 'integer', min: 5, max: 4 }, ['min'], /^must not be above max$/],
  [{ type: 'string', minLength: 2, maxLength: 1 }, ['minLength'], /above maxLength/],
  [{ type: 'list', items: { type: 'text' }, minItems: 2, maxItems: 1 }, ['minItems'], /above maxItems/],
  [{ type: 'integer', max: 100, default: 200 }, ['default'], /^must be at most 100, not 200$/],
  [{ type: 'enum', values: ['a'], default: 'b' }, ['default'], /one of/],
  [{ type: 'enum', values: ['a', 'a'] }, ['values'], /twice/],
  [{ type: 'enum', values: [] }, ['values'], /./],
  [{ type: 'seed', default: '-2' }, ['default'], /2\^64/],
  [{ type: 'colour', default: 'red' }, ['default'], /colour/],
  [{ type: 'string', pattern: '(' }, ['pattern'], /regular expression/],
  [{ type: 'string', pattern: '(a)\\1', default: 'aa' }, ['pattern'], /back references/],
  [{ type: 'number', optional: true, default: 1 }, ['default'], /left out of an optional port/],
  [{ type: 'number', optional: false }, ['optional'], /./],
  [{ type: 'file', accept: ['png'] }, ['accept', 0], /media type/],
  [{ type: 'list', items: { type: 'number', optional: true } }, ['items'], /optional/],
  [{ type: 'list', items: { type: 'number', default: 1 } }, ['items'], /default/],
  [
    { type: 'list', items: { type: 'list', items: { type: 'string', pattern: '[' } } },
    ['items', 'items', 'pattern'],
    /./,
  ],
  [{ type: 'json', default: new Date(0) }, ['default'], /must be JSON/],
];

describe('the declaration of a port', () => {
  it.each(sound)('%j is sound', (spec) => {
    expect(portSpecSchema.parse(spec)).toEqual(spec);
  });

  it.each(contradictory)('%j is refused at %j', (spec, path, message) => {
    const issues = portSpecSchema.safeParse(spec).error!.issues;
    expect(issues).toEqual([
      expect.objectContaining({ path, message: expect.stringMatching(message) as string }),
    ]);
  });

  it('is refused with all that is wrong', () => {
    const spec = { type: 'string', minLength: -1, maxLength: 'x', title: 5 };
    expect(portSpecSchema.safeParse(spec).error!.issues).toHaveLength(3);
  });
});
