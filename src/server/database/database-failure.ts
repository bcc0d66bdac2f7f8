import { QueryFailedError } from 'typeorm';
import { Failure } from '@atelier/sdk';

// https://www.sqlite.org/rescode.html
const busy = 5;
const full = 13;
/** SQLITE_IOERR_SHMSIZE: the index of the write-ahead log could not grow. */
const shmSize = 4874;

/** An error of the database as callers may see it. What the state of the machine does not explain stays what it is. */
export function asFailure(error: unknown): unknown {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = resultCode(cause);
  if (code === full || code === shmSize) {
    const sentence = 'There is no space left in ATELIER_HOME; free some, then try again.';
    return new Failure('storage-full', sentence, {}, { cause });
  }
  if (isBusy(cause)) {
    const sentence = 'Another process has been using the database for too long; try again in a moment.';
    return new Failure('unavailable', sentence, {}, { cause });
  }
  return error;
}

/** Whether it is the database that failed. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof QueryFailedError || resultCode(error) !== undefined;
}

/** Whether another process is writing. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === busy;
}

function resultCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'rawCode' in error ? error.rawCode : undefined;
}
