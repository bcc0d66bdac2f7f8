import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import autocannon from 'autocannon';

type Adapter = 'express' | 'fastify';
type Rates = Record<string, number>;

export const title = 'requests a second of one Nest controller, Fastify against Express';

/** What Fastify must win at least; below it the second adapter would not be worth its differences. */
const target = 1.5;
const typescriptRunner = path.resolve(import.meta.dirname, '../../node_modules/jiti/lib/jiti-cli.mjs');
const seconds = 2;
const connections = 20;
const requests = {
  'GET a job': { path: '/v1/jobs/1' },
  'POST a tool': {
    path: '/v1/tools/logo_maker/execute',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ project_id: 'p', inputs: { text: 'My Company', colors: ['#ff5733', '#3498db'] } }),
  },
} as const;

/** Both adapters, each in a process of its own, one after the other; the ratio is what carries over to other machines. */
export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  const express = await measure('express');
  const fastify = await measure('fastify');
  const ratios = Object.keys(requests).map((name) => {
    const [slow, fast] = [express[name] ?? 0, fastify[name] ?? 0];
    print(
      `${name}: ${Math.round(fast)}/s with Fastify, ${Math.round(slow)}/s with Express, ${(fast / slow).toFixed(1)} times`,
    );
    return fast / slow;
  });
  print(`target: at least ${target} times`);
  return { passed: ratios.every((ratio) => ratio >= target) };
}

async function measure(adapter: Adapter): Promise<Rates> {
  const server = fork(typescriptRunner, [path.join(import.meta.dirname, 'server.ts'), adapter]);
  try {
    const [url] = (await once(server, 'message')) as [string];
    const rates: Rates = {};
    for (const [name, { path: route, ...request }] of Object.entries(requests)) {
      const load = { ...request, url: url + route, connections };
      await autocannon({ ...load, duration: 1 });
      const { requests: rate, non2xx } = await autocannon({ ...load, duration: seconds });
      if (non2xx > 0) throw new Error(`${adapter} refused ${non2xx} requests of "${name}"`);
      rates[name] = rate.average;
    }
    return rates;
  } finally {
    server.kill();
  }
}
