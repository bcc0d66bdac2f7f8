import { definePlugin, defineNode, port } from '@atelier/sdk';

export default definePlugin({
  id: 'unfolding',
  title: 'Lists whose length nobody knows before',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    defineNode({
      type: 'unfolding.numbers',
      version: 1,
      title: 'Numbers',
      inputs: { count: port.integer({ min: 0 }) },
      outputs: { numbers: port.list(port.integer(), { maxItems: 1_000_000 }) },
      run: ({ count }) => ({ numbers: Array.from({ length: count }, (_, index) => index) }),
    }),
  ],
});
