import { setTimeout as sleep } from 'node:timers/promises';
import type { TestServer } from '../../test/harness/server.js';
import { startBenched, type Benched } from './benched.js';
import { Client, jobIdOf } from './client.js';
import { quantile, type Figure } from './figure.js';
import { chain, uniqueValue } from './pipelines.js';

const jobs = 10_000;
const connections = 20;
const lookups = 500;
const megabyte = 1e6;

/** Longer than this bench takes, so that what is submitted afterwards waits. */
const blockMs = 590_000;

/** What it costs to have many jobs waiting: to accept them, to keep them, to ask for one, and to find them after a restart. */
export async function queue(): Promise<Figure[]> {
  const benched = await startBenched();
  const { server, probes } = benched;
  const client = new Client(server, connections);
  await client.submit(chain(1, 'load.wait', { ms: blockMs }));
  await client.send('POST', '/v1/pipelines', steps());
  await client.sendAll(200, () => submitSteps(client));
  const before = (await probes.memory()).get(server.process.pid!)!;
  await probes.delay(server.process.pid!);

  const startedAt = performance.now();
  const accepted = await client.sendAll(jobs, () => submitSteps(client));
  const seconds = (performance.now() - startedAt) / 1000;
  const { most } = await probes.delay(server.process.pid!);
  const ids = accepted.map(jobIdOf);
  const after = (await probes.memory()).get(server.process.pid!)!;
  const asked = await client.sendAll(lookups, (index) => lookUp(client, ids[(index * 19) % jobs]!));
  client.close();
  return [
    { name: 'jobs accepted a second, durably', value: jobs / seconds, unit: '', limit: null },
    {
      name: 'accepting one of 10,000 jobs, 99 %',
      value: quantile(times(accepted), 0.99),
      unit: 'ms',
      limit: 300,
    },
    { name: 'event loop meanwhile, 99 %', value: most / 1e6, unit: 'ms', limit: null },
    {
      name: 'resident memory for 10,000 queued jobs',
      value: (after.rss - before.rss) / megabyte,
      unit: 'MB',
      limit: 150,
    },
    {
      name: 'heap for 10,000 queued jobs',
      value: (after.heapUsed - before.heapUsed) / megabyte,
      unit: 'MB',
      limit: 150,
    },
    {
      name: 'a job and its position, asked for by 20 at a time, 99 %',
      value: quantile(times(asked), 0.99),
      unit: 'ms',
      limit: 100,
    },
    ...(await restart(benched, ids.at(-1)!)),
  ];
}

async function restart({ server, probes, stop }: Benched, lastId: string): Promise<Figure[]> {
  await server.kill();
  const startedAt = performance.now();
  await server.restart();
  const healthy = await secondsUntil(
    startedAt,
    server,
    async (client) => (await client.send('GET', '/health')).status === 200,
  );
  await probes.delay(server.process.pid!);
  const queued = await secondsUntil(startedAt, server, async (client) => {
    const { body } = await client.send('GET', `/v1/jobs/${lastId}`);
    return typeof body.queue_position === 'number';
  });
  const { max } = await probes.delay(server.process.pid!);
  await stop();
  return [
    { name: 'restart with 10,000 queued jobs until it is healthy', value: healthy, unit: 's', limit: 5 },
    { name: 'the same until the last of them is in the queue', value: queued, unit: 's', limit: null },
    { name: 'event loop meanwhile, longest', value: max / 1e6, unit: 'ms', limit: null },
  ];
}

async function secondsUntil(
  startedAt: number,
  server: TestServer,
  holds: (client: Client) => Promise<boolean>,
): Promise<number> {
  const client = new Client(server, 1);
  while (!(await holds(client))) await sleep(20);
  client.close();
  return (performance.now() - startedAt) / 1000;
}

function submitSteps(client: Client) {
  return client.send('POST', '/v1/jobs', { pipeline: 'load_steps', inputs: { value: uniqueValue() } });
}

async function lookUp(client: Client, id: string) {
  const answer = await client.send('GET', `/v1/jobs/${id}`);
  if (typeof answer.body.queue_position !== 'number')
    throw new Error(`The job does not wait: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** A stored pipeline with a price, so that each job holds credits. */
function steps(): object {
  return {
    id: 'load_steps',
    version: '1.0.0',
    title: 'Steps',
    tool: { category: 'load', credits: 3, description: 'Three nodes that do nothing' },
    inputs: { value: { type: 'integer' } },
    nodes: {
      first: { use: 'load.nothing', with: { value: { input: 'value' } } },
      second: { use: 'load.nothing', with: { value: { from: 'first.value' } } },
      third: { use: 'load.nothing', with: { value: { from: 'second.value' } } },
    },
    outputs: { value: { from: 'third.value' } },
  };
}

function times(answers: { ms: number }[]): number[] {
  return answers.map(({ ms }) => ms);
}
