import http from 'node:http';
import { text } from 'node:stream/consumers';
import type { TestServer } from '../../test/harness/server.js';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
  /** from the request to the end of its answer */
  ms: number;
}

type Address = Pick<TestServer, 'url' | 'key'>;

/** Sends requests over a fixed number of connections, so that more of them wait for one. */
export class Client {
  private readonly agent: http.Agent;

  constructor(
    private readonly server: Address,
    readonly connections: number,
  ) {
    this.agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  async send(method: 'GET' | 'POST', route: string, body?: unknown): Promise<Answer> {
    const startedAt = performance.now();
    const request = http.request(this.server.url + route, {
      method,
      agent: this.agent,
      headers: { authorization: `Bearer ${this.server.key}`, 'content-type': 'application/json' },
    });
    const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const response = await answered;
    const content = await text(response);
    const ms = performance.now() - startedAt;
    return { status: response.statusCode ?? 0, body: parse(content), ms };
  }

  /** As many at a time as there are connections. Gives the answers in the order of the numbers 0 … `count` − 1. */
  async sendAll(count: number, send: (index: number) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) answers[index] = await send(index);
    };
    await Promise.all(Array.from({ length: this.connections }, work));
    return answers;
  }

  /** @returns the job's id */
  async submit(pipeline: object): Promise<string> {
    return jobIdOf(await this.send('POST', '/v1/jobs', { pipeline, inputs: {} }));
  }

  async countOf(status: string): Promise<number> {
    const { body } = await this.send('GET', `/v1/jobs?limit=1&status=${status}`);
    return body.total as number;
  }

  close(): void {
    this.agent.destroy();
  }
}

export function jobIdOf({ status, body }: Answer): string {
  if (status !== 202) throw new Error(`The job was not accepted: ${status} ${JSON.stringify(body)}`);
  return body.job_id as string;
}

function parse(content: string): Answer['body'] {
  try {
    return JSON.parse(content) as Answer['body'];
  } catch {
    return {};
  }
}
