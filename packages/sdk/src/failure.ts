/** Every failure that Atelier reports, with the sentence the documentation gives it. */
export const failureCodes = {
  'invalid-input': 'A value in the request does not fit what the tool, pipeline or endpoint declares.',
  'invalid-pipeline': 'The pipeline has errors; each is listed with its JSON pointer and code.',
  'invalid-key': 'The API key is missing, unknown or revoked.',
  forbidden: 'The API key is valid but its scopes do not allow this.',
  'not-found': 'There is nothing under this id that the caller may see.',
  conflict: 'The request contradicts the present state, for example a job that has ended already.',
  'idempotency-mismatch': 'The Idempotency-Key was used before with another request body.',
  'too-large': 'The upload or body exceeds the documented limit.',
  'unsupported-media': 'The bytes are not of a type that is accepted here.',
  'rate-limited': 'Too many requests; try again after the time given.',
  'queue-full': 'The queue is full; try again after the time given.',
  'insufficient-credits': 'The account has fewer credits than the job costs.',
  'payment-failed': 'The payment method was not charged, so nothing was bought.',
  'insufficient-memory': 'No device has the memory that the job declares; it can never run here.',
  'out-of-memory': 'The device ran out of memory while the job was running.',
  'model-missing': 'A model that the job names is not installed.',
  'model-invalid': 'The files of a model are damaged or do not fit its manifest.',
  'node-failed': 'A node of the pipeline threw an error or returned something it does not declare.',
  poison: 'A node ended its worker process twice by itself, so it is not tried again.',
  timeout: 'A node or the job took longer than it may.',
  cancelled: 'The job was cancelled.',
  'storage-full': 'There is no space left to store the result.',
  unavailable: 'The service cannot answer at the moment; try again after the time given.',
  internal: 'Something went wrong inside Atelier; the correlation id finds it in the log.',
} as const satisfies Record<string, string>;

export type FailureCode = keyof typeof failureCodes;

export type FailureDetails = Readonly<Record<string, unknown>>;

/** A failure as it crosses process borders and is stored with a job. */
export interface FailureRecord {
  code: FailureCode;
  message: string;
  details: FailureDetails;
}

const brand = Symbol.for('atelier.failure');

/**
 * The one error that business code throws. `message` is a sentence that tells the reader what to do;
 * `details` is plain JSON that goes out with it, so neither may hold a path, a stack or a secret.
 */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly details: FailureDetails;
  readonly [brand] = true;

  constructor(
    code: FailureCode,
    message: string,
    details: FailureDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'Failure';
    this.code = code;
    this.details = details;
  }

  /** Recognises a Failure of any copy of this package: a plugin may bring its own. */
  static is(error: unknown): error is Failure {
    return typeof error === 'object' && error !== null && brand in error;
  }

  static fromRecord(record: FailureRecord): Failure {
    return new Failure(record.code, record.message, record.details);
  }

  toRecord(): FailureRecord {
    return { code: this.code, message: this.message, details: this.details };
  }
}
