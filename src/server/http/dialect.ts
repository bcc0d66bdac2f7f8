import type { Failure } from '@atelier/sdk';

/** A failure as one dialect says it. */
export interface ErrorAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** What the HTTP layer has to know of a dialect: which paths are its own, and how it says that something failed. */
export interface Dialect {
  id: string;
  /** `path` starts with a slash and has no query. */
  owns(path: string): boolean;
  error(failure: Failure): ErrorAnswer;
}
