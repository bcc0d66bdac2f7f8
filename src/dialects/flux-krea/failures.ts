import type { z } from 'zod';
import type { Failure, FailureCode } from '@atelier/sdk';
import type { ErrorAnswer } from '../../server/http/dialect.js';
import { type errorSchema, seconds } from './wire.js';

/** The HTTP status of each failure. The document has 400, 401, 422, 429, 500 and 503; the others are HTTP's own. */
export const failureTable = {
  'invalid-input': 400,
  'invalid-key': 401,
  'insufficient-credits': 402,
  'payment-failed': 402,
  forbidden: 403,
  'not-found': 404,
  'too-large': 413,
  'unsupported-media': 415,
  'idempotency-mismatch': 422,
  'rate-limited': 429,
  'invalid-pipeline': 500,
  conflict: 500,
  cancelled: 500,
  internal: 500,
  'node-failed': 500,
  poison: 500,
  'model-missing': 500,
  'model-invalid': 500,
  timeout: 500,
  'insufficient-memory': 503,
  'out-of-memory': 503,
  'queue-full': 503,
  unavailable: 503,
  'storage-full': 503,
} as const satisfies Record<FailureCode, number>;

export function toErrorAnswer(failure: Failure, elapsedMs: number): ErrorAnswer {
  const body: z.output<typeof errorSchema> = {
    success: false,
    error: toSentence(failure),
    duration: seconds(elapsedMs),
  };
  return { status: statusOf(failure), body };
}

/** What the caller reads: of a request of this dialect everything that is wrong, in its own words. */
export function toSentence(failure: Failure): string {
  const complaints = complaintsOf(failure).map(({ message }) => message);
  if (complaints.length === 0) return failure.message;
  return `${[...new Set(complaints)].join('; ')}.`;
}

function statusOf(failure: Failure): number {
  if (failure.code === 'not-found' && failure.details.kind === 'method') return 405;
  return complaintsOf(failure).some(isMistyped) ? 422 : failureTable[failure.code];
}

interface Complaint {
  code?: string;
  message: string;
}

/** The schema's complaints about a request: see `invalidInput`. */
function complaintsOf({ code, cause }: Failure): readonly Complaint[] {
  return code === 'invalid-input' && Array.isArray(cause) ? (cause as Complaint[]) : [];
}

/** A field that is missing or of another type is 422, a value out of its range 400. */
function isMistyped({ code = '' }: Complaint): boolean {
  return ['invalid_type', 'invalid_union', 'invalid_format', 'invalid_value'].includes(code);
}
