import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../../test/harness/api.js';
import { addReferenceModel } from '../../test/harness/models.js';
import { startBenched, type Benched } from '../server/benched.js';
import { Client, jobIdOf } from '../server/client.js';

/** The reference model of this name, and what a picture of the benches is unless they say otherwise. */
export const model = 'sd';
export const small = { width: 64, height: 64, steps: 1 };
export const large = { width: 512, height: 512, steps: 20 };

type Size = typeof small;

/** What the server has written down about a job that has ended. Times are those of Date.now(). */
export interface Painted {
  status: string;
  startedAt: number;
  endedAt: number;
  /** when a node had ended, and how long its worker took for it */
  done: Map<string, { at: number; ms: number }>;
}

interface HistoryLine {
  type: string;
  at: string;
  data: { nodeId: string; status: string; ms: number };
}

/** A server with one model, and pictures that it has to paint. */
export class Painter {
  private prompts = 0;
  private readonly client: Client;

  private constructor(private readonly benched: Benched) {
    this.client = new Client(benched.server, 4);
  }

  static async start(): Promise<Painter> {
    const benched = await startBenched();
    await addReferenceModel(benched.server, model);
    return new Painter(benched);
  }

  get pid(): number {
    return this.benched.server.process.pid!;
  }

  get probes(): Benched['probes'] {
    return this.benched.probes;
  }

  /** No two prompts and seeds are the same, so that nothing but the canvas is answered from the cache. @returns the job's id */
  async submit({ width, height, steps }: Size): Promise<string> {
    const seed = this.prompts++;
    const prompt = `a lighthouse in the evening, number ${seed}`;
    const inputs = { prompt, seed, width, height, steps, guidance_scale: 7.5, scheduler: 'euler' };
    return jobIdOf(await this.client.send('POST', '/v1/jobs', { pipeline: 'text_to_image', inputs }));
  }

  async paint(size: Size): Promise<Painted> {
    const painted = await this.ended(await this.submit(size));
    if (painted.status !== 'completed') throw new Error(`The picture was not painted: ${painted.status}`);
    return painted;
  }

  async cancel(id: string): Promise<void> {
    await this.client.send('POST', `/v1/jobs/${id}/cancel`);
  }

  async untilRunning(id: string): Promise<void> {
    while ((await this.job(id)).status === 'queued') await sleep(5);
  }

  async waiting(): Promise<number> {
    return this.client.countOf('queued');
  }

  /** How long the answer of `/health` takes, ms. */
  async health(): Promise<number> {
    return (await this.client.send('GET', '/health')).ms;
  }

  /** Follows the job to its end. */
  async ended(id: string): Promise<Painted> {
    const { body } = await call<string>(this.benched.server, 'GET', `/v1/jobs/${id}/events`);
    const lines = body.split('\n').filter((line) => line.startsWith('data:'));
    const history = lines.map((line) => JSON.parse(line.slice('data:'.length)) as HistoryLine);
    const done = history.filter(({ type, data }) => type === 'node' && data.status === 'done');
    const job = await this.job(id);
    return {
      status: job.status,
      startedAt: Date.parse(job.startedAt),
      endedAt: Date.parse(job.endedAt),
      done: new Map(done.map(({ at, data }) => [data.nodeId, { at: Date.parse(at), ms: data.ms }])),
    };
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.benched.stop();
  }

  private async job(id: string): Promise<{ status: string; startedAt: string; endedAt: string }> {
    const { body } = await this.client.send('GET', `/v1/jobs/${id}`);
    const { state, started_at, completed_at } = body as Record<string, string>;
    return { status: state!, startedAt: started_at!, endedAt: completed_at! };
  }
}

/** How long one step takes: the sampler with many against the sampler with one, ms. */
export async function stepMs(painter: Painter, size: Size): Promise<number> {
  const more = 20;
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const one = await painter.paint({ ...size, steps: 1 });
    const many = await painter.paint({ ...size, steps: 1 + more });
    times.push((many.done.get('sample')!.ms - one.done.get('sample')!.ms) / more);
  }
  return median(times);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
