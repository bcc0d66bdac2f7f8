import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { exitCodes, misused } from './command-error.js';

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('start the server; the environment configures it')
    .option('--port <port>', 'listen on this port instead of PORT; 0 takes a free one', portNumber)
    .option('--alone', 'listen on that one port only, on none of those for single dialects')
    .action(async ({ port, alone = false }: { port?: number; alone?: boolean }) => {
      const config = loadConfig();
      // The server's libraries take a second to load, which the other commands need not wait for.
      const { serve } = await import('../main.js');
      const server = await serve({
        ...config,
        ...(port === undefined ? {} : { port }),
        ...(alone ? { kreaPort: 0, visualizrPort: 0 } : {}),
      });
      const stop = (): void => void server.close().then(() => process.exit(exitCodes.done));
      // A second signal finds nobody listening and ends the process at once.
      process.once('SIGTERM', stop).once('SIGINT', stop);
      // A command that has started this server for itself holds the other end of the channel, and may be killed.
      process.once('disconnect', stop);
    });
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw misused(`--port takes a number from 0 to 65535, not "${text}".`);
}
