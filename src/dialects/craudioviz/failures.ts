import type { Failure, FailureCode } from '@atelier/sdk';
import type { ErrorAnswer } from '../../server/http/dialect.js';
import type { ErrorBody } from './wire.js';

/** What each failure is called on the wire, and its HTTP status. */
export const failureTable = {
  'invalid-input': [400, 'invalid_input'],
  'invalid-pipeline': [400, 'invalid_pipeline'],
  'invalid-key': [401, 'invalid_api_key'],
  'insufficient-credits': [402, 'insufficient_credits'],
  'payment-failed': [402, 'payment_failed'],
  forbidden: [403, 'forbidden'],
  'not-found': [404, 'not_found'],
  conflict: [409, 'conflict'],
  cancelled: [409, 'cancelled'],
  'too-large': [413, 'payload_too_large'],
  'unsupported-media': [415, 'unsupported_media_type'],
  'idempotency-mismatch': [422, 'idempotency_key_reused'],
  'insufficient-memory': [422, 'insufficient_memory'],
  'model-missing': [422, 'model_not_installed'],
  'rate-limited': [429, 'rate_limit_exceeded'],
  internal: [500, 'server_error'],
  'node-failed': [500, 'node_failed'],
  poison: [500, 'node_crashed'],
  'model-invalid': [500, 'model_invalid'],
  'out-of-memory': [503, 'out_of_memory'],
  'queue-full': [503, 'queue_full'],
  unavailable: [503, 'service_unavailable'],
  timeout: [504, 'timeout'],
  'storage-full': [507, 'storage_full'],
} as const satisfies Record<FailureCode, readonly [status: number, code: string]>;

const namedKinds = [
  'job',
  'file',
  'item',
  'tool',
  'pipeline',
  'project',
  'model',
  'plugin',
  'webhook',
  'delivery',
  'key',
  'chat',
];

/** `project_not_found` rather than `not_found`, where it is known what is missing. */
function statusAndCode({ code, details }: Pick<Failure, 'code' | 'details'>): readonly [number, string] {
  if (code === 'not-found' && details.kind === 'method') return [405, 'method_not_allowed'];
  if (code === 'too-large' && details.kind === 'storage') return [413, 'storage_quota_exceeded'];
  if (code === 'not-found' && namedKinds.includes(String(details.kind)))
    return [404, `${String(details.kind)}_not_found`];
  return failureTable[code];
}

/** The error object of a failure, in an answer or in a failed job. */
export function toError(failure: Pick<Failure, 'code' | 'message' | 'details'>): ErrorBody['error'] {
  const [, code] = statusAndCode(failure);
  const details = Object.fromEntries(
    Object.entries(failure.details).map(([key, value]) => [snakeCase(key), value]),
  );
  return { code, message: failure.message, details };
}

export function toErrorAnswer(failure: Failure): ErrorAnswer {
  const [status] = statusAndCode(failure);
  return { status, body: { error: toError(failure) } };
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
