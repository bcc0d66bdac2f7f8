import { mkdir, rm } from 'node:fs/promises';
import { messageOf, stackOf } from '../runtime/thrown.js';
import { startLiveness } from './liveness.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { ServerLink } from './server-link.js';
import { catchStrayErrors } from './stray-errors.js';
import type { WorkerService } from './service.js';

// A stop that is sent to the whole process group is the server's to carry out.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit());
startLiveness();

// Plugins have no business with this channel, and libraries that find one start to talk.
const send = process.send?.bind(process);
process.send = undefined;
const link = new ServerLink((messages: FromWorker[]) =>
  send?.(messages, undefined, undefined, () => undefined),
);
let service: WorkerService | undefined;

catchStrayErrors({
  damaged: (error) => service?.damage(`An error had nobody to handle it: ${messageOf(error)}`),
  unattributed: (error) => {
    link.send({
      kind: 'log',
      level: 'warn',
      message: 'The worker ends on an error',
      fields: { stack: stackOf(error) },
    });
    link.flush();
    process.exit(1);
  },
});

process.on('message', (message: ToWorker) => void receive(message));

async function receive(message: ToWorker): Promise<void> {
  if (message.kind === 'stop' && service === undefined) process.exit();
  if (message.kind !== 'start') return service?.receive(message);
  const { tempFolder } = message.settings;
  await rm(tempFolder, { recursive: true, force: true });
  await mkdir(tempFolder, { recursive: true });
  // Loaded here, as liveness comes first: the libraries take a while.
  const { WorkerService } = await import('./service.js');
  service = await WorkerService.open(message.settings, link);
}
