import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, defineNode, port } from '@atelier/sdk';

const outputs = { value: port.number() };

function meddle(name: string, run: () => Promise<{ value: number }> | { value: number }) {
  return defineNode({ type: `meddling.${name}`, version: 1, title: name, inputs: {}, outputs, run });
}

export default definePlugin({
  id: 'meddling',
  title: 'Nodes that change what all share',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    meddle('replaces-map', () => {
      Array.prototype.map = () => [];
      return { value: 1 };
    }),
    meddle('pollutes-objects', async () => {
      (Object.prototype as { tainted?: boolean }).tainted = true;
      await sleep(5);
      return { value: 1 };
    }),
    meddle('breaks-promises', () => {
      Promise.prototype.then = () => Promise.reject(new Error('no more promises'));
      return { value: 1 };
    }),
    meddle('talks-to-the-server', () => {
      process.send?.({ kind: 'nonsense' });
      return { value: 1 };
    }),
  ],
});
