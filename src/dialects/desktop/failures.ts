import type { Failure, FailureCode } from '@atelier/sdk';
import { isDatabaseError } from '../../server/database/database-failure.js';
import type { ErrorAnswer } from '../../server/http/dialect.js';
import type { InputProblem } from '../../server/http/validation.js';
import type { ErrorBody } from './wire.js';

export const wireCodes = [
  'INVALID_PROMPT',
  'INVALID_PARAMETERS',
  'API_TIMEOUT',
  'API_ERROR',
  'STORAGE_ERROR',
  'DATABASE_ERROR',
  'NOT_FOUND',
] as const;
type WireCode = (typeof wireCodes)[number];

/** What each failure is called on the wire, and its HTTP status. Those of keys and sizes are not in the document, which has neither. */
export const failureTable = {
  'invalid-input': [400, 'INVALID_PARAMETERS'],
  'invalid-pipeline': [500, 'API_ERROR'],
  'invalid-key': [401, 'API_ERROR'],
  'insufficient-credits': [402, 'API_ERROR'],
  'payment-failed': [402, 'API_ERROR'],
  forbidden: [403, 'API_ERROR'],
  'not-found': [404, 'NOT_FOUND'],
  conflict: [400, 'INVALID_PARAMETERS'],
  cancelled: [500, 'API_ERROR'],
  'too-large': [413, 'INVALID_PARAMETERS'],
  'unsupported-media': [400, 'INVALID_PARAMETERS'],
  'idempotency-mismatch': [400, 'INVALID_PARAMETERS'],
  'insufficient-memory': [503, 'API_ERROR'],
  'model-missing': [503, 'API_ERROR'],
  'rate-limited': [503, 'API_ERROR'],
  internal: [500, 'API_ERROR'],
  'node-failed': [500, 'API_ERROR'],
  poison: [500, 'API_ERROR'],
  'model-invalid': [500, 'API_ERROR'],
  'out-of-memory': [503, 'API_ERROR'],
  'queue-full': [503, 'API_ERROR'],
  unavailable: [503, 'API_ERROR'],
  timeout: [500, 'API_TIMEOUT'],
  'storage-full': [500, 'STORAGE_ERROR'],
} as const satisfies Record<FailureCode, readonly [status: number, code: WireCode]>;

const promptFields = new Set(['/prompt', '/negativePrompt', '/negative_prompt']);

export function statusAndCode(failure: Failure): readonly [number, WireCode] {
  const { code, details, cause } = failure;
  if (code === 'invalid-input' && promptFields.has(firstProblem(failure)?.pointer ?? '')) {
    return [400, 'INVALID_PROMPT'];
  }
  if (code === 'not-found' && details.kind === 'method') return [405, 'NOT_FOUND'];
  if (code === 'unavailable' && details.kind === 'storage') return [500, 'STORAGE_ERROR'];
  const [status, wireCode] = failureTable[code];
  return [status, code !== 'storage-full' && isDatabaseError(cause) ? 'DATABASE_ERROR' : wireCode];
}

export function toErrorAnswer(failure: Failure): ErrorAnswer {
  const [status, code] = statusAndCode(failure);
  const { details } = failure;
  const body: ErrorBody = {
    success: false,
    error: firstProblem(failure)?.message ?? failure.message,
    code,
    ...(Object.keys(details).length === 0 ? {} : { details: { ...details } }),
  };
  return { status, body };
}

/** The document's own sentences name one thing that is wrong; `details` have the others. */
function firstProblem({ code, details }: Failure): InputProblem | undefined {
  return code === 'invalid-input' && Array.isArray(details.problems)
    ? (details.problems as InputProblem[])[0]
    : undefined;
}
