import type { Failure } from '@atelier/sdk';

/** A failure as one dialect says it. */
export interface ErrorAnswer {
  status: number;
  body: Record<string, unknown>;
}

/** What the HTTP layer has to know of a dialect: which paths are its own, and how it says that something failed. */
export interface Dialect {
  /** also the name of its listener, where it has one */
  id: string;
  /** `path` starts with a slash and has no query. */
  owns(path: string): boolean;
  /** Says itself what counts against its limits; of others every request with a caller does. */
  countsItself?: true;
  /** @param elapsedMs since the request arrived */
  error(failure: Failure, elapsedMs: number): ErrorAnswer;
}

/** All dialects, in the order in which they are asked for a path at PORT; the last one answers for what nobody claims there. */
export type Dialects = readonly [...Dialect[], Dialect];

/**
 * Whose words a path is answered in: those of the listener's own dialect where it or nobody claims the path, otherwise those of
 * the first that does.
 * @param listener the id of a dialect, which need not be there; undefined at PORT
 */
export function dialectOf(dialects: Dialects, path: string, listener: string | undefined): Dialect {
  const own = dialects.find(({ id }) => id === listener);
  if (own?.owns(path)) return own;
  return dialects.find((dialect) => dialect.owns(path)) ?? own ?? (dialects.at(-1) as Dialect);
}
