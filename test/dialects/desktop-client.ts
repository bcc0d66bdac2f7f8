import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type Answer, call } from '../harness/api.js';
import type { TestServer } from '../harness/server.js';

type Access = Pick<TestServer, 'url' | 'key'>;

export interface Generation {
  id: number;
  type: string;
  prompt: string;
  negativePrompt?: string;
  parameters: { width: number; height: number; steps: number; cfgScale: number; seed?: number };
  filePath: string;
  url: string;
  seed?: number;
  created_at: string;
}

export interface Body<Data = Generation> {
  success: boolean;
  data: Data;
  error?: string;
  code?: string;
  details?: { problems?: { pointer: string; message: string }[] };
  message?: string;
  total?: number;
}

/** Asks as the desktop application does: from this machine, without a key. */
export function ask<Data = Generation>(
  server: Access,
  method: string,
  route: string,
  body?: unknown,
): Promise<Answer<Body<Data>>> {
  return call<Body<Data>>(server, method, route, { key: null, body });
}

export function generate(server: Access, kind: string, body: unknown): Promise<Answer<Body>> {
  return ask(server, 'POST', `/api/generate/${kind}`, body);
}

export interface Progress {
  type: string;
  taskId: string;
  progress: number;
  status: 'queued' | 'generating' | 'completed' | 'failed';
}

/** What a socket at `/ws/generation` is sent. */
export interface Listener {
  messages: Progress[];
  close(): void;
}

export async function listen(server: Access): Promise<Listener> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ws/generation`);
  const messages: Progress[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Progress));
  await once(socket, 'open');
  return { messages, close: () => socket.terminate() };
}
