import { checkPlugin } from './check-plugin.js';
import { Failure } from './failure.js';
import { port } from './ports.js';

const node = {
  type: 'demo.blur',
  version: 1,
  title: 'Blur',
  inputs: {
    image: port.image(),
    radius: port.number({ min: 0, max: 100, default: 8 }),
    style: port.list(port.model()),
  },
  outputs: { image: port.image() },
  run: () => ({}),
};
const plugin = { id: 'demo', title: 'Demo', version: '1.0.0-beta.1', apiVersion: 1, nodes: [node] };

function problemsOf(value: unknown): string[] {
  try {
    checkPlugin(value);
  } catch (error) {
    if (Failure.is(error) && error.code === 'invalid-input') {
      const problems = error.details.problems as string[];
      expect(error.message).toBe(problems.join(' '));
      return problems;
    }
    throw error;
  }
  return [];
}

const ofNode = (change: object): unknown => ({ ...plugin, nodes: [{ ...node, ...change }] });

describe('a plugin', () => {
  it.each<[string, object]>([
    ['as it should be', {}],
    ['with two versions of a node', { nodes: [node, { ...node, version: 2 }] }],
    ['for an older host', { apiVersion: 1 }],
  ])('%s is accepted', (_, change) => {
    expect(problemsOf({ ...plugin, ...change })).toEqual([]);
  });

  it.each<[string, object]>([
    [
      'needs',
      {
        needs: {
          device: 'gpu',
          models: ['style'],
          workingMiB: { add: [1, { multiply: [2, { input: 'radius' }] }] },
        },
      },
    ],
    ['examples', { examples: [{ title: 'soft', inputs: { radius: 1 } }] }],
    ['an optional output', { outputs: { image: port.optional(port.image()) } }],
    ['no inputs', { inputs: {} }],
    ['all that may be left out', { description: 'x', cache: false, fingerprint: () => 'x' }],
  ])('whose node has %s is accepted', (_, change) => {
    expect(problemsOf(ofNode(change))).toEqual([]);
  });

  it.each<[unknown, string]>([
    [undefined, 'A plugin must be an object made by definePlugin and be the default export of its module.'],
    [
      () => plugin,
      'A plugin must be an object made by definePlugin and be the default export of its module.',
    ],
    [
      { ...plugin, apiVersion: 2, nodes: 'new' },
      'The plugin “demo” needs version 2 of the plugin API and this host has 1; update the host.',
    ],
    [
      { ...plugin, apiVersion: undefined },
      'The plugin “demo” needs apiVersion, the version of the plugin API that it was written for: 1.',
    ],
    [
      { ...plugin, id: 5 },
      'The plugin needs an id of a lower-case letter and at most 63 lower-case letters, digits, _ or -.',
    ],
    [{ ...plugin, version: 'one' }, 'The plugin “demo” needs a version such as 1.0.0.'],
    [{ ...plugin, title: '' }, 'The plugin “demo” needs a title.'],
    [{ ...plugin, nodes: [] }, 'The plugin “demo” needs nodes, a list with at least one.'],
    [{ ...plugin, nodes: [null] }, 'Element 0 of nodes must be an object made by defineNode.'],
    [{ ...plugin, nodes: [node, node] }, 'The node “demo.blur” is in the list twice with version 1.'],
    [
      ofNode({ type: undefined }),
      'Element 0 of nodes needs a type such as plugin.node, of lower-case letters, digits, _ and -.',
    ],
    [
      ofNode({ type: 'blur' }),
      'The node “blur” needs a type such as plugin.node, of lower-case letters, digits, _ and -.',
    ],
    [
      ofNode({ type: 'other.blur' }),
      "The node “other.blur” must have a type that begins with the plugin's id, “demo.”.",
    ],
    [ofNode({ version: 0 }), 'The node “demo.blur” needs a version: 1, 2, 3 ….'],
    [ofNode({ title: undefined }), 'The node “demo.blur” needs a title.'],
    [ofNode({ run: 1 }), 'The node “demo.blur” needs a function run.'],
    [ofNode({ outputs: {} }), 'The node “demo.blur” needs at least one output.'],
    [ofNode({ outputs: undefined }), 'The node “demo.blur” needs outputs, an object of ports by name.'],
    [ofNode({ cache: 'no' }), 'The node “demo.blur” must have true or false as cache.'],
    [ofNode({ fingerprint: 'x' }), 'The node “demo.blur” must have a function as fingerprint.'],
    [ofNode({ description: 1 }), 'The node “demo.blur” must have text as its description.'],
    [
      ofNode({ outputs: { constructor: port.image() } }),
      'The node “demo.blur” must not have an output named “constructor”, as every object has that; choose another name.',
    ],
    [
      ofNode({ outputs: { 'a.b': port.image() } }),
      'The node “demo.blur” must name the output “a.b” with a letter and at most 63 letters, digits, _ or -.',
    ],
    [
      ofNode({ outputs: { image: { type: 'image' } } }),
      'The node “demo.blur” has the output “image”, which must be made by a function of port.',
    ],
    [
      ofNode({ outputs: { image: { spec: { type: 'imge' } } } }),
      'The node “demo.blur” has the output “image”, which has the unknown type “imge”; did you mean “image”?',
    ],
    [
      ofNode({ outputs: { image: { spec: { type: 'list', items: { type: 'msk' } } } } }),
      'The node “demo.blur” has the output “image”, which has the unknown type “msk”; did you mean “mask”?',
    ],
    [
      ofNode({ inputs: { radius: port.number({ max: 100, default: 200 }) } }),
      'The node “demo.blur” has the input “radius”, which is declared wrongly: default: must be at most 100, not 200.',
    ],
    [ofNode({ needs: { device: 'tpu' } }), 'The node “demo.blur” needs the device cpu or gpu.'],
    [
      ofNode({ needs: { device: 'gpu', models: ['stile'] } }),
      'The node “demo.blur” needs the input “stile”, which it does not declare; did you mean “style”?',
    ],
    [
      ofNode({ needs: { device: 'gpu', models: ['radius'] } }),
      'The node “demo.blur” needs the input “radius”, which is number and should be model.',
    ],
    [
      ofNode({ needs: { device: 'cpu', workingMiB: { add: [{ input: 'size' }] } } }),
      'The node “demo.blur” needs the input “size”, which it does not declare.',
    ],
    [
      ofNode({ needs: { device: 'cpu', workingMiB: { add: 1 } } }),
      'The node “demo.blur” must have as needs.workingMiB a number from 0, { input }, { add: [...] } or { multiply: [...] }.',
    ],
    [
      ofNode({ needs: { device: 'cpu', workingMiB: -1 } }),
      'The node “demo.blur” must have as needs.workingMiB a number from 0, { input }, { add: [...] } or { multiply: [...] }.',
    ],
    [
      ofNode({ examples: [{ title: 'soft', inputs: { radious: 1 } }] }),
      'The node “demo.blur” has an example with the unknown input “radious”; did you mean “radius”?',
    ],
    [
      ofNode({ examples: [{ inputs: {} }] }),
      'The node “demo.blur” must have a title and inputs in its example 0.',
    ],
  ])('that is wrong is refused: %#', (value, sentence) => {
    expect(problemsOf(value)).toEqual([sentence]);
  });

  it('is refused with everything that is wrong with it', () => {
    const broken = { ...node, version: 'x', title: '', inputs: { '1': port.image() }, run: undefined };
    expect(problemsOf({ id: '', nodes: [broken, {}] }).length).toBeGreaterThan(8);
  });

  it.each([
    null,
    0,
    'x',
    [],
    [[]],
    { nodes: [[]] },
    { nodes: [{ inputs: { a: null }, outputs: [], needs: [], examples: [1] }] },
  ])('of any shape is refused without another error: %j', (value) => {
    expect(problemsOf(value).length).toBeGreaterThan(0);
  });
});
