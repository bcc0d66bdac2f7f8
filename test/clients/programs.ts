import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
export const clientsFolder = path.join(root, 'clients');

/** Whether a program runs and ends well. */
export const runs = (program: string, words: string[]): boolean => spawnSync(program, words).status === 0;

/** A describe that says why it is skipped, where it is. */
export const describeIf = (there: boolean, what: string) =>
  there
    ? describe
    : (title: string, specs: () => void) =>
        describe.skip(`${title} (skipped: ${what} is not installed)`, specs);

/** Runs a program and gives what it wrote and how it ended. */
export async function outcome(
  program: string,
  words: string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const options = { env: { ...process.env, ...env }, timeout: 30_000 };
    return { code: 0, ...(await promisify(execFile)(program, words, options)) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** A snippet of the document; what it leaves open is filled in. */
export async function snippet(name: string, open: Record<string, string>): Promise<string> {
  const text = await readFile(path.join(import.meta.dirname, 'snippets', name), 'utf8');
  return Object.entries(open).reduce((filled, [from, to]) => filled.replaceAll(from, to), text);
}

export interface Scripted {
  url: string;
  requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  close(): Promise<void>;
}

/** A server that gives these answers, one after the other, and keeps what it was asked. */
export async function scripted(
  answers: { status: number; headers?: Record<string, string>; body?: unknown }[],
): Promise<Scripted> {
  const requests: Scripted['requests'] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const answer = answers[requests.length] ?? { status: 500 };
      requests.push({ method, url, headers, body });
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        connection: 'close',
        ...answer.headers,
      });
      response.end(
        JSON.stringify(answer.body ?? { error: { code: 'busy', message: 'Later.', details: {} } }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
