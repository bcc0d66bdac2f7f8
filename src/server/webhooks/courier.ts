import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { version } from '../http/version.js';
import { ReceiverAddresses, Unreachable } from './receiver-addresses.js';
import { retryAfterMs } from './schedule.js';
import { type Message, signatureHeaders } from './signature.js';

/** What came of one try. Only a status from 200 to 299 means that the receiver has the message. */
export interface TryOutcome {
  at: number;
  durationMs: number;
  /** null when there was no answer */
  statusCode: number | null;
  /** a sentence; null when it was delivered */
  error: string | null;
  /** how the answer begins */
  answer: string;
  retryAfterMs: number | null;
}

type Answer = Pick<TryOutcome, 'statusCode' | 'answer' | 'retryAfterMs'>;

const limitMs = 10_000;
/** Nobody reads an answer; this much lets a receiver end one of usual length in peace. */
const readBytes = 16_384;
const keptCharacters = 1_000;

/** Sends a message to a receiver, once. */
export class Courier {
  constructor(private readonly addresses: ReceiverAddresses) {}

  /** @param stopping ends the try; it then throws, since nobody knows what has come of it */
  async send(url: string, message: Message, stopping: AbortSignal): Promise<TryOutcome> {
    const at = Date.now();
    const began = performance.now();
    const end = new AbortController();
    const giveUp = (): void => end.abort();
    const timer = setTimeout(giveUp, limitMs);
    stopping.addEventListener('abort', giveUp);
    const ended = (answer: Answer, error: string | null): TryOutcome => {
      return { at, durationMs: Math.round(performance.now() - began), ...answer, error };
    };
    try {
      const answer = await this.ask(new URL(url), message, end.signal);
      return ended(answer, complaint(answer.statusCode));
    } catch (error) {
      if (stopping.aborted) throw error;
      return ended({ statusCode: null, answer: '', retryAfterMs: null }, reason(error, end.signal.aborted));
    } finally {
      clearTimeout(timer);
      stopping.removeEventListener('abort', giveUp);
    }
  }

  private async ask(url: URL, message: Message, signal: AbortSignal): Promise<Answer> {
    const lookup = await unlessAborted(this.addresses.pinned(url), signal);
    const response = await post(url, message, lookup, signal);
    const { statusCode = 0, headers } = response;
    const answer = await beginningOf(response);
    return { statusCode, answer, retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()) };
  }
}

function post(
  url: URL,
  message: Message,
  lookup: LookupFunction,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(message.body),
    'user-agent': `Atelier/${version}`,
    ...signatureHeaders(message, Date.now()),
  };
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept open would go on leading to what was checked long ago.
    const { request } = url.protocol === 'https:' ? https : http;
    const sent = request(url, { method: 'POST', headers, agent: false, lookup, signal });
    sent.on('response', resolve).on('error', reject);
    sent.on('close', () => reject(new Unreachable('The connection was closed without an answer.')));
    sent.end(message.body);
  });
}

/** Reads no more than fits, and is content with what has come when the answer breaks off: its status is known. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (bytes < keptCharacters) chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= readBytes) break;
    }
  } catch {
    // See above.
  } finally {
    response.destroy();
  }
  const text = Buffer.concat(chunks).toString('utf8', 0, keptCharacters);
  return text.replace(/[^\P{C}\n\t]/gu, '');
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function complaint(statusCode: number | null): string | null {
  if (statusCode === null || (statusCode >= 200 && statusCode < 300)) return null;
  if (statusCode >= 300 && statusCode < 400)
    return `The receiver answered ${statusCode}: redirects are not followed, so give the address that it leads to.`;
  if (statusCode === 410) return 'The receiver answered 410: it wants no more, so the webhook was disabled.';
  return `The receiver answered ${statusCode}; only a status from 200 to 299 counts as delivered.`;
}

const sentences: Record<string, string> = {
  ECONNREFUSED: 'Nobody listens at this address and port.',
  ECONNRESET: 'The connection was closed without an answer.',
  EHOSTUNREACH: 'The address cannot be reached.',
  ENETUNREACH: 'The address cannot be reached.',
  ETIMEDOUT: 'No connection came about in time.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is self-signed, so it proves nothing.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate belongs to another name.',
};

function reason(error: unknown, isLate: boolean): string {
  if (isLate) return `There was no answer within ${limitMs / 1000} s.`;
  if (error instanceof Unreachable) return error.message;
  const { code = '' } = error as { code?: string };
  return sentences[code] ?? `The receiver could not be asked${code === '' ? '' : ` (${code})`}.`;
}
