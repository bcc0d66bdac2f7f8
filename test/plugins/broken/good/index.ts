import { definePlugin, defineNode, port } from '@atelier/sdk';
import { greeting } from './words.js';

export default definePlugin({
  id: 'good',
  title: 'Good',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    defineNode({
      type: 'good.greet',
      version: 1,
      title: 'Greet',
      inputs: { name: port.string() },
      outputs: { greeting: port.string() },
      run: ({ name }) => ({ greeting: greeting(name) }),
    }),
  ],
});
