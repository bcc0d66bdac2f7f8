import { HttpException, type Logger } from '@nestjs/common';
import { Failure, type FailureCode } from '@atelier/sdk';

/** Seconds to wait when a failure that passes does not say how long. */
const standardRetrySeconds = 5;

const failureOfStatus: Record<number, [FailureCode, string]> = {
  400: ['invalid-input', 'The request is malformed.'],
  401: ['invalid-key', 'This needs an API key.'],
  403: ['forbidden', 'This is not allowed here.'],
  404: ['not-found', 'There is nothing under this address.'],
  413: ['too-large', 'The body of the request is too large.'],
  414: ['not-found', 'There is nothing under this address.'],
  415: [
    'unsupported-media',
    'Send the body as application/json, or as multipart/form-data where a file is taken.',
  ],
  503: ['unavailable', 'The service cannot answer at the moment; try again.'],
};

/**
 * Whatever was thrown while a request was answered, as a Failure. The HTTP library's own errors say in their status what
 * is wrong; anything else is a fault of ours, of which only the correlation id is told.
 */
export function toFailure(error: unknown, correlationId: string): Failure {
  if (Failure.is(error)) return error;
  const status = httpStatus(error);
  const known = status === undefined ? undefined : failureOfStatus[status];
  if (known !== undefined) {
    const [code, message] = known;
    return new Failure(code, message, code === 'not-found' ? { kind: 'endpoint' } : {}, { cause: error });
  }
  const message = `Something went wrong inside Atelier; look for ${correlationId} in its log.`;
  return new Failure('internal', message, { correlationId }, { cause: error });
}

/** What is told of an error; a fault of ours goes to the log, where the correlation id finds it. */
export function explain(error: unknown, correlationId: string, log: Logger): Failure {
  const failure = toFailure(error, correlationId);
  if (failure.code === 'internal')
    log.error({ msg: failure.message, correlationId, err: failure.cause ?? failure });
  return failure;
}

/** Seconds for the Retry-After header, where the failure passes by itself. */
export function retryAfterSeconds(failure: Failure): number | undefined {
  const told = failure.details.retryAfterSeconds;
  if (typeof told === 'number' && told >= 0) return Math.ceil(told);
  const passes: FailureCode[] = ['rate-limited', 'queue-full', 'unavailable'];
  return passes.includes(failure.code) ? standardRetrySeconds : undefined;
}

function httpStatus(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
