import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { JobEvent } from '../../src/server/jobs/job-view.js';
import type { TestServer } from '../../test/harness/server.js';
import { startBenched } from './benched.js';
import { Client } from './client.js';
import { quantile, type Figure } from './figure.js';
import { chain } from './pipelines.js';

const jobs = 10;
const followersOfEach = 50;
const connectedAtOnce = 25;
const limitMs = 40_000;

interface Follower {
  socket: Socket;
  seqs: number[];
  /** has heard that its job is completed */
  ended: boolean;
  /** from an event to its arrival, ms */
  lateMs: number[];
}

/** Many clients that follow jobs: how late they hear of what happens, and whether each hears of everything once. */
export async function sockets(): Promise<Figure[]> {
  const { server, stop } = await startBenched();
  const client = new Client(server, 4);
  const blocker = await client.submit(chain(1, 'load.wait', { ms: 60_000 }));
  const followers: Follower[] = [];
  for (let job = 0; job < jobs; job += 1) {
    const id = await client.submit(chain(10, 'load.wait', { ms: 100 }));
    while (followers.length < (job + 1) * followersOfEach) {
      followers.push(
        ...(await Promise.all(Array.from({ length: connectedAtOnce }, () => follow(server, id)))),
      );
    }
  }
  for (const follower of followers) follower.lateMs.length = 0;
  await client.send('POST', `/v1/jobs/${blocker}/cancel`);
  for (const endsAt = performance.now() + limitMs; performance.now() < endsAt; await sleep(100)) {
    if ((await client.countOf('completed')) === jobs) break;
  }
  await sleep(500);
  const late = followers.flatMap(({ lateMs }) => lateMs);
  const unequal = followers.filter((follower) => !isComplete(follower)).length;
  for (const { socket } of followers) socket.close();
  client.close();
  await stop();
  return [
    { name: `${followers.length} clients, events that arrived`, value: late.length, unit: '', limit: null },
    {
      name: 'clients that missed an event, got one twice or out of order',
      value: unequal,
      unit: '',
      limit: 0,
    },
    { name: 'from an event to its arrival, half', value: quantile(late, 0.5), unit: 'ms', limit: null },
    { name: 'from an event to its arrival, 99 %', value: quantile(late, 0.99), unit: 'ms', limit: 100 },
  ];
}

/** Resolves once the server has confirmed it. */
async function follow({ url, key }: TestServer, jobId: string): Promise<Follower> {
  const socket = io(url, { auth: { token: key }, transports: ['websocket'], forceNew: true });
  const follower: Follower = { socket, seqs: [], ended: false, lateMs: [] };
  socket.on('event', (event: JobEvent) => {
    follower.lateMs.push(Date.now() - Date.parse(event.at));
    follower.seqs.push(event.seq);
    if (event.type === 'status') follower.ended = (event.data as { status: string }).status === 'completed';
  });
  const answer = (await socket.timeout(limitMs).emitWithAck('subscribe', { jobId })) as { ok: boolean };
  if (!answer.ok) throw new Error(`The socket may not follow the job: ${JSON.stringify(answer)}`);
  return follower;
}

function isComplete({ seqs, ended }: Follower): boolean {
  return ended && seqs.every((seq, index) => seq === index + 1);
}
