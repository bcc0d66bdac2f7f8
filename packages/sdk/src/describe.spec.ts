import { describePlugin } from './describe.js';
import { defineNode } from './node.js';
import { definePlugin } from './plugin.js';
import { port } from './ports.js';

const blur = defineNode({
  type: 'demo.blur',
  version: 3,
  title: 'Blur',
  inputs: {
    image: port.image(),
    model: port.model({ families: ['sd15'] }),
    radius: port.number({ min: 0, max: 100, default: 8, title: undefined }),
  },
  outputs: { image: port.image({ description: 'The blurred image' }) },
  needs: { device: 'gpu', models: ['model'], workingMiB: { multiply: [2, { input: 'radius' }] } },
  cache: false,
  fingerprint: () => 'x',
  examples: [{ title: 'soft', inputs: { radius: 2 } }],
  run: ({ image }) => ({ image }),
});
const bare = defineNode({
  type: 'demo.bare',
  version: 1,
  title: 'Bare',
  inputs: {},
  outputs: { seed: port.seed() },
  run: () => ({ seed: 1n }),
});
const plugin = definePlugin({
  id: 'demo',
  title: 'Demo',
  version: '1.2.3',
  apiVersion: 1,
  nodes: [blur, bare],
});

describe('the description of a plugin', () => {
  const description = describePlugin(plugin);

  it('says what its nodes take, give and need', () => {
    expect(description).toMatchObject({ id: 'demo', title: 'Demo', version: '1.2.3', apiVersion: 1 });
    expect(description.nodes[0]).toMatchObject({
      type: 'demo.blur',
      version: 3,
      title: 'Blur',
      inputs: { image: { type: 'image' }, radius: { type: 'number', min: 0, max: 100, default: 8 } },
      outputs: { image: { type: 'image', description: 'The blurred image' } },
      needs: { device: 'gpu', models: ['model'], workingMiB: { multiply: [2, { input: 'radius' }] } },
      cache: false,
      fingerprint: true,
      inputSchema: { required: ['image', 'model'], properties: { radius: { maximum: 100 } } },
    });
  });

  it('fills in what a node leaves out', () => {
    expect(description.nodes[1]).toMatchObject({
      description: '',
      needs: { device: 'cpu' },
      cache: true,
      fingerprint: false,
      inputSchema: { required: [], properties: {} },
    });
  });

  it('is plain JSON, which neither a message nor a file changes', () => {
    expect(structuredClone(description)).toEqual(description);
    expect(JSON.parse(JSON.stringify(description))).toStrictEqual(description);
  });

  it('shares nothing with the definition', () => {
    description.nodes[0]!.inputs.radius!.title = 'changed';
    expect(describePlugin(plugin).nodes[0]!.inputs.radius!.title).toBeUndefined();
  });
});
