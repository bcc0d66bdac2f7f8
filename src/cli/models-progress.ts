import { SingleBar } from 'cli-progress';
import type { ByteProgress } from '../server/models/add-model.js';
import { sizeText } from '../server/models/size-text.js';
import { terminal } from './terminal.js';

/** Shows how far a file of a model is, as long as `work` takes. */
export async function withByteProgress<T>(work: (progress: ByteProgress) => Promise<T>): Promise<T> {
  const view = terminal.isWatched() ? bar() : lines();
  try {
    return await work(view);
  } finally {
    view.end();
  }
}

type View = ByteProgress & { end(): void };

function lines(): View {
  return {
    file: (name, bytes, done = 0) => {
      const state = done === 0 ? '' : done === bytes ? '  is there' : `  going on at ${sizeText(done)}`;
      terminal.note(`${name}  ${sizeText(bytes)}${state}`);
    },
    read: () => undefined,
    end: () => undefined,
  };
}

function bar(): View {
  const format = '{bar} {percentage} %  {size}  {name}';
  const shown = new SingleBar({ format, barsize: 30, gracefulExit: false, clearOnComplete: true });
  return {
    file: (name, bytes, done = 0) => {
      shown.stop();
      shown.start(Math.max(bytes, 1), done, { name, size: sizeText(bytes) });
    },
    read: (bytes) => shown.increment(bytes),
    end: () => shown.stop(),
  };
}
