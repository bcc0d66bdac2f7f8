import type { Failure, FailureCode } from '@atelier/sdk';
import type { ErrorAnswer } from '../../server/http/dialect.js';
import type { InputProblem } from '../../server/http/validation.js';
import type { ErrorBody } from './wire.js';

/** The number of each failure, which is its HTTP status too. The document has 400, 401, 403, 404, 429 and 500; the others are HTTP's own. */
export const failureTable = {
  'invalid-input': 400,
  'invalid-key': 401,
  'insufficient-credits': 402,
  'payment-failed': 402,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  cancelled: 409,
  'too-large': 413,
  'unsupported-media': 415,
  'idempotency-mismatch': 422,
  'insufficient-memory': 422,
  'rate-limited': 429,
  'invalid-pipeline': 500,
  internal: 500,
  'node-failed': 500,
  poison: 500,
  'model-invalid': 500,
  'model-missing': 503,
  'out-of-memory': 503,
  'queue-full': 503,
  unavailable: 503,
  timeout: 504,
  'storage-full': 507,
} as const satisfies Record<FailureCode, number>;

type Told = Pick<Failure, 'code' | 'message' | 'details'>;

/** The error object of a failure, in an answer, over a socket or of a failed generation. */
export function toError({ code, message, details }: Told): ErrorBody['error'] {
  const number = code === 'not-found' && details.kind === 'method' ? 405 : failureTable[code];
  const { problems, ...others } = details;
  const told = Object.fromEntries(Object.entries(others).map(([key, value]) => [snakeCase(key), value]));
  const [first, ...more] = fieldProblems(problems);
  if (first === undefined) return { code: number, message, details: { reason: snakeCase(code), ...told } };
  const all = [first, ...more];
  return {
    code: number,
    message: all.map(sentence).join(' '),
    details: { ...told, ...first, ...(more.length === 0 ? {} : { problems: all }) },
  };
}

export function toErrorAnswer(failure: Failure): ErrorAnswer {
  const error = toError(failure);
  return { status: error.code, body: { error } };
}

interface FieldProblem {
  /** left out where it is the whole request, or no part of a body */
  field?: string;
  reason: string;
}

function fieldProblems(problems: unknown): FieldProblem[] {
  if (!Array.isArray(problems)) return [];
  return (problems as InputProblem[]).map(({ pointer, message }) => ({
    ...(pointer === '' ? {} : { field: fieldOf(pointer) }),
    reason: message,
  }));
}

/** `scene.subjects[0].style` for `/scene/subjects/0/style` */
export function fieldOf(pointer: string): string {
  const keys = pointer.split('/').slice(1);
  const path = keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return path.map((key, at) => (/^\d+$/.test(key) ? `[${key}]` : at === 0 ? key : `.${key}`)).join('');
}

function sentence({ field, reason }: FieldProblem): string {
  return `${field ?? 'The request'}: ${/[.?!]$/.test(reason) ? reason : `${reason}.`}`;
}

function snakeCase(text: string): string {
  return text.replace(/-/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
