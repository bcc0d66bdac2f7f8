import { defineNode, definePlugin, port } from '@atelier/sdk';

const greet = defineNode({
  type: 'good.greet',
  version: 1,
  title: 'Greet in another way',
  inputs: {},
  outputs: { greeting: port.string() },
  run: () => ({ greeting: 'Go away' }),
});

export default definePlugin({ id: 'good', title: 'Twin', version: '1.0.0', apiVersion: 1, nodes: [greet] });
