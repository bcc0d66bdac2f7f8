export interface RequestOptions {
  /** Ends the call, which rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface SubmitOptions extends RequestOptions {
  /** Sent again within 24 hours, it gives the same answer; left out, each call has one of its own. */
  idempotencyKey?: string;
}

/** Which part of a list; left out: the first 20. */
export interface Page {
  limit?: number;
  offset?: number;
}

export interface Deleted {
  deleted: true;
  id: string;
}

/** A page of a list, under the name of what it lists. */
export type PageOf<Name extends string, Element> = Record<Name, Element[]> & {
  total: number;
  has_more: boolean;
};
