import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { APIError, refusalOf, retryAfterMs } from './errors.js';

interface Access {
  apiKey: string;
  baseUrl: string;
  maxRetries: number;
}

interface Request {
  query?: Record<string, unknown>;
  /** sent as JSON, a form as it is */
  body?: object;
  signal?: AbortSignal;
}

/** Longer than this nobody is made to wait without being told. */
const longestPauseMs = 60_000;
const firstPauseMs = 500;

const passing = [429, 502, 503, 504];
/** The connection was never there, so nothing was sent. */
const unsent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/** Sends requests, and sends those again that failed in passing. */
export class Transport {
  constructor(private readonly access: Access) {}

  get<Body>(path: string, request: Request = {}): Promise<Body> {
    return this.json('GET', path, request, true);
  }

  /** A POST that may have been done when its answer is lost: only one that was surely not done is sent again. */
  post<Body>(path: string, request: Request = {}): Promise<Body> {
    return this.json('POST', path, request, false);
  }

  /** A POST that the API does once however often it comes, by its key. */
  submit<Body>(path: string, request: Request, idempotencyKey: string = randomUUID()): Promise<Body> {
    return this.json('POST', path, request, true, { 'idempotency-key': idempotencyKey });
  }

  patch<Body>(path: string, request: Request): Promise<Body> {
    return this.json('PATCH', path, request, true);
  }

  delete<Body>(path: string, request: Request = {}): Promise<Body> {
    return this.json('DELETE', path, request, true);
  }

  async bytes(path: string, { signal }: Request = {}): Promise<Uint8Array> {
    const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());
    return this.send('GET', path, { signal }, true, {}, read);
  }

  private json<Body>(
    method: string,
    path: string,
    request: Request,
    repeatable: boolean,
    headers: Record<string, string> = {},
  ): Promise<Body> {
    const read = async (response: Response) => (await response.json()) as Body;
    return this.send(method, path, request, repeatable, headers, read);
  }

  private async send<Result>(
    method: string,
    path: string,
    request: Request,
    repeatable: boolean,
    headers: Record<string, string>,
    read: (response: Response) => Promise<Result>,
  ): Promise<Result> {
    const { signal } = request;
    for (let tries = 0; ; tries += 1) {
      const outcome = await this.attempt(method, path, request, headers, read);
      if ('result' in outcome) return outcome.result;
      const { error, askedMs } = outcome;
      const pauseMs = askedMs ?? backoffMs(tries);
      const isWorthIt = tries < this.access.maxRetries && pauseMs <= longestPauseMs;
      if (!isWorthIt || !mayRepeat(error, repeatable)) throw error;
      await delay(pauseMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }

  private async attempt<Result>(
    method: string,
    path: string,
    { query = {}, body, signal }: Request,
    headers: Record<string, string>,
    read: (response: Response) => Promise<Result>,
  ): Promise<{ result: Result } | { error: APIError; askedMs?: number }> {
    signal?.throwIfAborted();
    const { apiKey, baseUrl } = this.access;
    const isForm = body instanceof FormData;
    const isJson = body !== undefined && !isForm;
    try {
      const response = await fetch(`${baseUrl}${path}${queryText(query)}`, {
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(isJson ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        body: isForm ? body : isJson ? JSON.stringify(body) : undefined,
        signal,
      });
      if (response.ok) return { result: await read(response) };
      return { error: await refusalOf(response), askedMs: retryAfterMs(response.headers) };
    } catch (error) {
      signal?.throwIfAborted();
      return { error: connectionError(error, baseUrl) };
    }
  }
}

/** A path of ids that are what they are, whatever characters they have. */
export function route(parts: TemplateStringsArray, ...ids: string[]): string {
  return String.raw({ raw: parts }, ...ids.map(encodeURIComponent));
}

function mayRepeat({ status, cause }: APIError, repeatable: boolean): boolean {
  if (status === 429) return true;
  if (status === 0) return repeatable || unsent.includes(codeOf(cause));
  return repeatable && passing.includes(status);
}

/** Twice as long each time, and never the same for two clients that failed together. */
function backoffMs(tries: number): number {
  return firstPauseMs * 2 ** tries * (0.5 + Math.random() / 2);
}

function connectionError(error: unknown, baseUrl: string): APIError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause);
  const message = `There was no answer from ${baseUrl}: ${reason}`;
  return new APIError({ status: 0, code: 'connection_failed', message, cause });
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function queryText(query: Record<string, unknown>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) if (each !== undefined) given.append(name, String(each));
  }
  return given.size === 0 ? '' : `?${given}`;
}
