import type { TestServer } from './server.js';

export interface Answer<Body = unknown> {
  status: number;
  headers: Headers;
  body: Body;
}

export interface CallOptions {
  /** null: no key */
  key?: string | null;
  headers?: Record<string, string>;
  /** sent as JSON, a form as it is */
  body?: unknown;
}

/** Sends a request as a caller would and reads the JSON of the answer; a body that is no JSON comes as text. */
export async function call<Body = Record<string, never>>(
  server: Pick<TestServer, 'url' | 'key'>,
  method: string,
  route: string,
  { key = server.key, headers = {}, body }: CallOptions = {},
): Promise<Answer<Body>> {
  const json = body !== undefined && !(body instanceof FormData);
  const response = await fetch(server.url + route, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    body: json ? JSON.stringify(body) : (body as FormData | undefined),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) as Body };
}

export async function upload(
  server: Pick<TestServer, 'url' | 'key'>,
  bytes: Uint8Array,
  name: string,
  options: CallOptions = {},
): Promise<Answer<{ file_id: string; id: string; url: string; size: number; type: string; name: string }>> {
  const form = new FormData();
  form.set('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return call(server, 'POST', '/v1/files/upload', { ...options, body: form });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
