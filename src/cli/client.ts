import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Json } from '@atelier/sdk';
import { parseJson } from '../engine/json.js';
import { CommandError } from './command-error.js';

const errorSchema = z.object({ error: z.object({ message: z.string(), details: z.unknown() }) });

const problemsSchema = z.object({
  problems: z.array(z.object({ pointer: z.string(), message: z.string(), code: z.string().optional() })),
});

/** A server and the key to speak to it with. */
export interface Access {
  /** without a slash at the end */
  url: string;
  key: string;
}

/** Requests to the server, as any caller makes them. What goes wrong ends the command with a sentence. */
export class Client {
  constructor(readonly access: Access) {}

  get(route: string): Promise<Json> {
    return this.json(route, {});
  }

  post(route: string, body: unknown = {}): Promise<Json> {
    const headers = { 'content-type': 'application/json' };
    return this.json(route, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** Uploads a file of this machine. Returns its id. */
  async upload(file: string): Promise<string> {
    const form = new FormData();
    form.set('file', await open(file), path.basename(file));
    const answer = await this.json('/v1/files/upload', { method: 'POST', body: form });
    return (answer as { file_id: string }).file_id;
  }

  /** The bytes of a stored file. */
  async download(fileId: string): Promise<ReadableStream<Uint8Array>> {
    const response = await this.send(`/v1/files/${encodeURIComponent(fileId)}/download`, {});
    if (!response.body) throw new CommandError(`The server sent nothing for the file ${fileId}.`);
    return response.body;
  }

  private async json(route: string, request: RequestInit): Promise<Json> {
    const response = await this.send(route, request);
    return parseJson(await response.text().catch((error: unknown) => this.unreachable(error)));
  }

  private async send(route: string, request: RequestInit): Promise<Response> {
    const { url, key } = this.access;
    const headers = { ...request.headers, authorization: `Bearer ${key}` };
    const response = await fetch(url + route, { ...request, headers }).catch((error: unknown) =>
      this.unreachable(error),
    );
    if (!response.ok) throw await refusal(response);
    return response;
  }

  private unreachable(error: unknown): never {
    throw new CommandError(
      `The Atelier server at ${this.access.url} does not answer (${reasonOf(error)}); is it still running?`,
    );
  }
}

async function open(file: string): Promise<Blob> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return openAsBlob(file);
  throw new CommandError(`There is no file ${file} that can be read.`);
}

/** What the network said, as one word where it has one. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}

async function refusal(response: Response): Promise<CommandError> {
  const body = errorSchema.safeParse(await response.json().catch(() => undefined));
  if (!body.success) return new CommandError(`The server answered with status ${response.status}.`);
  const { message, details } = body.data.error;
  return new CommandError(message, problemLines(details));
}

/** The `problems` of an error's details, a line each; none where there are none. */
export function problemLines(details: unknown): string[] {
  const problems = problemsSchema.safeParse(details).data?.problems ?? [];
  return problems.map(
    ({ pointer, message, code }) => `${pointer || '(root)'}  ${message}${code ? `  [${code}]` : ''}`,
  );
}
