import { fileURLToPath } from 'node:url';
import { startServer, type TestServer } from '../../test/harness/server.js';
import { Probes } from './probes.js';

/** A server with the nodes that cost nothing but time, and a look into its processes. */
export interface Benched {
  server: TestServer;
  probes: Probes;
  stop(): Promise<void>;
}

const plugins = [fileURLToPath(new URL('plugins', import.meta.url))];

export async function startBenched(env: Record<string, string> = {}): Promise<Benched> {
  const probes = new Probes();
  const server = await startServer({ plugins, env: { ...env, NODE_OPTIONS: probes.options } });
  return {
    server,
    probes,
    async stop() {
      await server.stop();
      await probes.remove();
    },
  };
}
