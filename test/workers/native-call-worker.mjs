// A worker whose nodes block the main thread as a native library does. A node's type says how: `native.<announced ms>-<blocked ms>`.
import { announceNativeCall } from '../../dist/runtime/native-call.js';
import { startLiveness } from '../../dist/worker/liveness.js';

startLiveness();
process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.kind === 'start') process.send([{ kind: 'ready', plugins: [], problems: [] }]);
  if (message.kind === 'stop') process.exit();
  if (message.kind !== 'run') return;
  const { id: segmentId, nodes } = message.segment;
  const [announcedMs, blockedMs] = nodes[0].type.replace('native.', '').split('-').map(Number);
  process.send([{ kind: 'node-started', segmentId, nodeId: nodes[0].id, attempt: 1 }]);
  await announceNativeCall(announcedMs, () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockedMs);
  });
  process.send([{ kind: 'segment-ended', segmentId, outcome: 'done', reusable: true, rssMiB: 0 }]);
});
