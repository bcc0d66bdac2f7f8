import { definePlugin, defineNode, port } from '@atelier/sdk';

const kept: Uint8Array[] = [];

export default definePlugin({
  id: 'leaking',
  title: 'A node that keeps memory',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    defineNode({
      type: 'leaking.keep',
      version: 1,
      title: 'Keep',
      inputs: { mib: port.integer({ min: 1 }), holdMs: port.integer({ default: 0 }) },
      outputs: { keptMiB: port.integer() },
      async run({ mib, holdMs }) {
        kept.push(new Uint8Array(mib * 2 ** 20).fill(1));
        await new Promise((resolve) => setTimeout(resolve, holdMs));
        return { keptMiB: kept.reduce((sum, { length }) => sum + length / 2 ** 20, 0) };
      },
    }),
  ],
});
