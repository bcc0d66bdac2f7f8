import { spawn } from 'node:child_process';
import { definePlugin, defineNode, port } from '@atelier/sdk';

const inputs = { after: port.optional(port.json()) };
const outputs = { value: port.number() };

export default definePlugin({
  id: 'dying',
  title: 'Nodes that end their process',
  version: '1.0.0',
  apiVersion: 1,
  nodes: [
    defineNode({
      type: 'dying.exit',
      version: 1,
      title: 'Exits',
      inputs,
      outputs,
      run: () => process.exit(0),
    }),
    defineNode({
      type: 'dying.abort',
      version: 1,
      title: 'Aborts',
      inputs,
      outputs,
      run: () => process.abort(),
    }),
    defineNode({
      type: 'dying.with-child',
      version: 1,
      title: 'Starts a process and waits for it for ever',
      inputs,
      outputs,
      async run(_, ctx) {
        const child = spawn('sleep', ['600'], { stdio: 'inherit' });
        ctx.progress(0.5, { message: String(child.pid) });
        return new Promise<{ value: number }>(() => undefined);
      },
    }),
  ],
});
