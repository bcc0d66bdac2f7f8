import { definePlugin, defineNode, port } from '@atelier/sdk';

/** Returns something else than its type says. */
function lying(name: string, returned: unknown) {
  return defineNode({
    type: `lying.${name}`,
    version: 1,
    title: name,
    inputs: {},
    outputs: { image: port.image(), note: port.string() },
    run: () => returned as never,
  });
}

const pixels = { width: 2, height: 2, channels: 3, data: new Uint8Array(12) };

export default definePlugin({
  id: 'lying',
  title: 'Nodes that return something else',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    lying('nothing', undefined),
    lying('text', 'done'),
    lying('without-note', { image: pixels }),
    lying('with-more', { image: pixels, note: 'a', extra: 1 }),
    lying('wrong-type', { image: pixels, note: 7 }),
    lying('too-few-pixels', { image: { ...pixels, data: new Uint8Array(11) }, note: 'a' }),
    defineNode({
      type: 'lying.huge-list',
      version: 1,
      title: 'A list of more elements than allowed',
      inputs: {},
      outputs: { numbers: port.list(port.number(), { maxItems: 10 }) },
      run: () => ({ numbers: Array.from({ length: 1_000_000 }, (_, index) => index) }),
    }),
    defineNode({
      type: 'lying.not-a-number',
      version: 1,
      title: 'NaN',
      inputs: {},
      outputs: { number: port.number() },
      run: () => ({ number: NaN }),
    }),
  ],
});
