// Loaded before a process's own code (`--import …/probe.mjs?folder=…`): answers questions on a socket in the
// folder that is named after the process.
import { createServer } from 'node:net';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) listen(new URL(import.meta.url).searchParams.get('folder'));

function listen(folder) {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const answers = {
    garbage() {
      collectGarbage();
      return {};
    },
    memory() {
      const { rss, heapUsed } = process.memoryUsage();
      return { rss, heapUsed };
    },
    /** ns, since the last time it was asked for */
    delay() {
      const { max } = delay;
      const [half, most] = [delay.percentile(50), delay.percentile(99)];
      delay.reset();
      return { half, most, max };
    },
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (question) => socket.end(JSON.stringify(answers[question.toString()]())));
  });
  server.listen(path.join(folder, `${process.pid}.sock`)).unref();
}
