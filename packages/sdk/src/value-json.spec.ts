import type { PortSpec } from './ports.js';
import { hasJsonForm, valueFromJson, valueToJson } from './value-json.js';
import type { Json } from './values.js';

const seeds: PortSpec = { type: 'list', items: { type: 'seed' } };

describe('the JSON of a value', () => {
  it.each<[PortSpec, unknown, Json]>([
    [{ type: 'seed' }, 5n, 5],
    [{ type: 'seed' }, 2n ** 53n, '9007199254740992'],
    [seeds, [1n, 2n ** 64n - 1n], [1, '18446744073709551615']],
    [{ type: 'list', items: seeds }, [[], [0n]], [[], [0]]],
    [{ type: 'string' }, '5', '5'],
    [{ type: 'json' }, { a: 1 }, { a: 1 }],
    [{ type: 'model' }, { id: 'a', sha256: 'b' }, { id: 'a', sha256: 'b' }],
  ])('of a port %j becomes the value again', (spec, value, json) => {
    expect(valueToJson(spec, value)).toEqual(json);
    expect(valueFromJson(spec, json)).toEqual(value);
  });

  it.each<PortSpec['type']>(['image', 'mask', 'latents', 'conditioning'])(
    'does not exist for the type %s or lists of it, even empty ones',
    (type) => {
      const spec = { type } as PortSpec;
      expect(valueToJson(spec, {})).toBeUndefined();
      expect(valueToJson({ type: 'list', items: spec }, [])).toBeUndefined();
      expect(hasJsonForm({ type: 'list', items: spec })).toBe(false);
    },
  );
});
