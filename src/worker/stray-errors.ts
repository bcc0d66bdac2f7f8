import { AsyncLocalStorage } from 'node:async_hooks';

/** Takes the blame for an error that its code has thrown where nobody waits for it. */
export interface Culprit {
  blame(error: unknown): void;
}

/** Whose code is running; it goes along with promises and callbacks. */
export const culprits = new AsyncLocalStorage<Culprit>();

export interface StrayErrors {
  /** A rejected promise or a thrown error that belongs to no node. */
  unattributed(error: unknown): void;
  /** An error has left a callback half done, so the process may not be as it should. */
  damaged(error: unknown): void;
}

/** Has orphan rejections and exceptions blamed on the node whose code they come from. */
export function catchStrayErrors(report: StrayErrors): void {
  const attribute = (error: unknown): void => {
    const culprit = culprits.getStore();
    if (culprit === undefined) report.unattributed(error);
    else culprit.blame(error);
  };
  process.on('unhandledRejection', attribute);
  process.on('uncaughtException', (error) => {
    report.damaged(error);
    attribute(error);
  });
}
