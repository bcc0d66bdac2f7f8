import { definePlugin, defineNode, port } from '@atelier/sdk';

export default definePlugin({
  id: 'survivor',
  title: 'Survivor',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    defineNode({
      type: 'survivor.greet',
      version: 1,
      title: 'Greet',
      inputs: { name: port.string() },
      outputs: { greeting: port.string() },
      run: ({ name }) => ({ greeting: name }),
    }),
  ],
});
