import type { Job } from './job.js';

interface Refusal {
  status: number;
  code: string;
  message: string;
  details?: Record<string, unknown>;
  requestId?: string | null;
  cause?: unknown;
}

/** The API has refused. `status` 0 with the code `connection_failed`: there was no answer. */
export class APIError extends Error {
  override readonly name: string = 'APIError';
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;
  /** By it the server's log tells more. */
  readonly requestId: string | null;

  constructor({ status, code, message, details = {}, requestId = null, cause }: Refusal) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.code = code;
    this.details = details;
    this.requestId = requestId;
  }
}

/** Too many requests. */
export class RateLimitError extends APIError {
  override readonly name = 'RateLimitError';
  /** Seconds after which there is room again */
  readonly retry_after: number;

  constructor(refusal: Refusal, retryAfterSeconds: number) {
    super(refusal);
    this.retry_after = retryAfterSeconds;
  }
}

/** A job that was waited for has failed, or was cancelled. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly job: Job;
  /** Of what went wrong; `cancelled` when somebody cancelled it */
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(job: Job) {
    const { code, message, details } =
      job.status === 'failed'
        ? job.error
        : { code: 'cancelled', message: `The job ${job.id} was cancelled.`, details: {} };
    super(message);
    this.job = job;
    this.code = code;
    this.details = details;
  }
}

/** The error that an answer tells of, whether the API has written it or something before it. */
export async function refusalOf(response: Response): Promise<APIError> {
  const { status, headers } = response;
  const text = await response.text();
  const { code = `http_${status}`, message, details } = errorIn(text);
  const refusal: Refusal = {
    status,
    code,
    message: message ?? `The server answered ${status} ${response.statusText}`.trim(),
    details,
    requestId: headers.get('x-request-id'),
  };
  if (status !== 429) return new APIError(refusal);
  return new RateLimitError(refusal, Math.ceil((retryAfterMs(headers) ?? 1000) / 1000));
}

/** What a Retry-After header asks for, in seconds or as a date. */
export function retryAfterMs(headers: Headers): number | undefined {
  const told = headers.get('retry-after')?.trim();
  if (!told) return undefined;
  if (/^\d+$/.test(told)) return Number(told) * 1000;
  const date = Date.parse(told);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function errorIn(text: string): Partial<Pick<Refusal, 'code' | 'message' | 'details'>> {
  try {
    const { error } = JSON.parse(text) as { error?: object };
    return typeof error === 'object' && error !== null ? error : {};
  } catch {
    return {};
  }
}
