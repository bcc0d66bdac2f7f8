import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model is asked. */
export interface ModelRequest {
  model: string;
  messages: { role: string; content: string | null; tool_call_id?: string }[];
  tools: { function: { name: string; parameters: { properties: object } } }[];
}

/** What a model says, in the words of the API. */
export interface ModelAnswer {
  content?: string;
  calls?: [name: string, given: unknown][];
}

export type Brain = (request: ModelRequest) => ModelAnswer | ((response: ServerResponse) => void);

/** A server that speaks the API of OpenAI, whose answers are a function. */
export interface ModelServer {
  url: string;
  requests: ModelRequest[];
  keys: (string | undefined)[];
  answer(brain: Brain): void;
  stop(): Promise<void>;
}

export async function startModelServer(): Promise<ModelServer> {
  let brain: Brain = () => ({ content: 'Hello.' });
  const requests: ModelRequest[] = [];
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      keys.push(request.headers.authorization);
      if (request.url === '/v1/models') return send(response, { data: [{ id: 'tiny-talker' }] });
      const body = JSON.parse(await textOf(request)) as ModelRequest;
      requests.push(body);
      const answer = brain(body);
      if (typeof answer === 'function') return answer(response);
      send(response, completionOf(answer));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    keys,
    answer: (next) => (brain = next),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function completionOf({ content = '', calls = [] }: ModelAnswer) {
  const toolCalls = calls.map(([name, given], index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name, arguments: typeof given === 'string' ? given : JSON.stringify(given) },
  }));
  const message = { role: 'assistant', content, ...(calls.length > 0 ? { tool_calls: toolCalls } : {}) };
  return {
    id: 'completion',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
  };
}

function send(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
