import type { TestServer } from '../../test/harness/server.js';
import { startBenched } from './benched.js';
import { Client } from './client.js';
import { quantile, type Figure } from './figure.js';
import { chain } from './pipelines.js';

const nodes = 1000;
const rounds = 5;

/** What each node of a long pipeline costs between the caller's request and the news of its end. */
export async function pipeline(): Promise<Figure[]> {
  const { server, stop } = await startBenched();
  const client = new Client(server, 1);
  const times: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const document = chain(nodes, 'load.nothing');
    const startedAt = performance.now();
    await untilEnd(server, await client.submit(document));
    // The first one warms up.
    if (round > 0) times.push((performance.now() - startedAt) / nodes);
  }
  client.close();
  await stop();
  return [
    {
      name: 'a node of a pipeline of 1,000, over HTTP, best',
      value: Math.min(...times),
      unit: 'ms',
      limit: null,
    },
    {
      name: 'a node of a pipeline of 1,000, over HTTP, half',
      value: quantile(times, 0.5),
      unit: 'ms',
      limit: 3,
    },
  ];
}

async function untilEnd({ url, key }: TestServer, jobId: string): Promise<void> {
  const stream = await fetch(`${url}/v1/jobs/${jobId}/events`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const events = await stream.text();
  if (!events.includes('"status":"completed"')) throw new Error('The job did not come to its end.');
}
