import http from 'node:http';
import type { FuzzAnswer } from './claims.js';
import type { Caller, FuzzRequest } from './requests.js';
import type { Stock } from './stock.js';

export interface Sender {
  send(request: FuzzRequest): Promise<FuzzAnswer | 'left'>;
  close(): void;
}

export interface Surroundings {
  urls: Record<FuzzRequest['listener'], string>;
  keys: Partial<Record<Caller, string>>;
  own: Stock;
  other: Stock;
}

/** Pictures are painted while the request waits, and none of the claims is about them. */
const patienceMs = 300;
const answerLimitMs = 30_000;

/** Sends what no client library would. */
export function senderTo(surroundings: Surroundings): Sender {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  const send = (request: FuzzRequest) => exchange(agent, surroundings, request);
  return { send, close: () => agent.destroy() };
}

function exchange(
  agent: http.Agent,
  surroundings: Surroundings,
  given: FuzzRequest,
): Promise<FuzzAnswer | 'left'> {
  const { urls, keys } = surroundings;
  const body = given.body === undefined ? undefined : Buffer.from(filled(given.body, surroundings));
  const key = keys[given.caller];
  const { hostname, port } = new URL(urls[given.listener]);
  const paints = /^\/(generate$|api\/generate\/)/.test(given.path);
  return new Promise((resolve, reject) => {
    const request = http.request({
      agent,
      hostname,
      port,
      method: given.method,
      path: filled(given.path, surroundings),
      headers: {
        ...given.headers,
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-length': body.length }),
      },
    });
    const timer = setTimeout(
      () => {
        request.destroy();
        if (paints) resolve('left');
        else reject(new Error(`No answer within ${answerLimitMs} ms`));
      },
      paints ? patienceMs : answerLimitMs,
    );
    const settle = (answer: FuzzAnswer | 'left'): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.on('response', (response) => {
      const { statusCode: status = 0, headers } = response;
      const type = headers['content-type'] ?? '';
      // A stream goes on until its job has ended.
      if (type.startsWith('text/event-stream')) {
        request.destroy();
        return settle({ status, type, text: '' });
      }
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => settle({ status, type, text: Buffer.concat(chunks).toString() }));
    });
    request.end(body);
  });
}

/** With ids in the place of their stand-ins. */
function filled(text: string, { own, other }: Surroundings): string {
  return text.replace(/\{(own|other):((?:[^{}]|\{\w+\})*)\}/g, (_, whose, kind: string) => {
    const id = (whose === 'own' ? own : other)[kind];
    if (id === undefined) throw new Error(`There is no ${kind} in stock.`);
    return id;
  });
}
