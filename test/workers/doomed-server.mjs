// A server that will be killed: starts one worker, gives it work, and prints the worker's process id.
import path from 'node:path';
import { Workers } from '../../dist/server/devices/workers.js';

const [folder, work] = process.argv.slice(2);
const root = path.resolve(import.meta.dirname, '../..');
const inFolder = (name) => path.join(folder, name);
const workers = new Workers({
  devices: [{ id: 'host:0', kind: 'host', memoryMiB: 1000 }],
  workerPath: path.join(root, 'dist/worker/main.js'),
  memoryLimitMiB: 4096,
  settings: {
    pluginFolders: [path.join(root, 'test/plugins')],
    assetFolder: inFolder('assets'),
    tempFolder: inFolder('doomed'),
    cacheFolder: path.join(root, 'node_modules/.cache/atelier-plugins'),
    pixelLimit: 1e8,
  },
  log: () => undefined,
});
const sayPid = () => console.log(workers.states()[0].pid);
workers.on('message', (_deviceId, { kind }) => {
  if (kind === 'node-started') sayPid();
});
await workers.start();
if (work === 'idle') {
  sayPid();
} else {
  const node = {
    id: 'bad',
    type: work,
    version: 1,
    inputs: {},
    cacheKey: null,
    exports: [],
    retry: { attempts: 1, delayMs: 0 },
    timeoutMs: 60_000,
    onError: 'fail',
  };
  workers.run(
    'host:0',
    { id: 's', jobId: 'j', target: 'host', models: [], workingMiB: 0, nodes: [node] },
    [],
    [],
  );
}
