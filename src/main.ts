import 'reflect-metadata';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '@atelier/sdk';
import { AppModule } from './app.module.js';
import type { Config } from './config.js';
import { dialects } from './dialects/index.js';
import { Owner } from './server/accounts/owner.service.js';
import { HomeLock } from './server/database/home-lock.js';
import { createHttpApp } from './server/http/http-app.js';
import { Lifecycle } from './server/http/lifecycle.js';
import { type Listener, Listeners } from './server/http/listeners.js';
import { PublicAddress } from './server/http/public-address.js';
import { isLoopbackHost } from './server/http/origin.js';
import { welcome } from './server/http/welcome.js';
import { Models } from './server/models/models.service.js';

/** A server that takes requests. */
export interface RunningServer {
  /** `http://host:port`, without a slash at the end */
  url: string;
  /** Ends it within 15 s; accepted jobs are kept for the next start. Further calls wait for the same end. */
  close(): Promise<void>;
}

/** How long requests that are being answered may still take when the server stops. */
const farewellMs = 5_000;
/** Whatever hangs, the process is gone in time. */
const stopLimitMs = 14_000;

/**
 * Starts the server and says on stdout where it is.
 * @throws Failure `conflict` when the port or the home is taken, `invalid-input` for settings that cannot be used
 */
export async function serve(config: Config): Promise<RunningServer> {
  const app = await createHttpApp(AppModule.with(config), config, dialects);
  let url: string;
  let others: Listener[];
  try {
    await refuseStrangers(app, config);
    await app.listen(config.port, config.host);
    url = await app.getUrl();
    app.get(PublicAddress).listensAt(url);
    await app.get(HomeLock).announce(url);
    others = await app.get(Listeners).open(app.getHttpServer() as Server);
  } catch (error) {
    await app.close();
    throw listenFailure(error, config);
  }
  app.get(Lifecycle).started();
  process.stdout.write(welcome(url, others, config, await paints(app)));
  let closing: Promise<void> | undefined;
  return { url, close: () => (closing ??= stop(app)) };
}

/** Lets go of every connection first, so that nothing is asked of services that are stopping. */
async function stop(app: NestFastifyApplication): Promise<void> {
  setTimeout(() => process.exit(1), stopLimitMs).unref();
  const server: Server = app.getHttpServer();
  const answered = Promise.all([new Promise((resolve) => server.close(resolve)), app.get(Listeners).close()]);
  server.closeIdleConnections();
  app.get(Lifecycle).stop();
  await Promise.race([answered, delay(farewellMs, undefined, { ref: false })]);
  server.closeAllConnections();
  await app.close();
}

async function paints(app: NestFastifyApplication): Promise<boolean> {
  const models = app.get(Models);
  await models.refresh();
  return models.bestFor({ capabilities: ['text-to-image'] }) !== undefined;
}

/** On an address that others reach, everything needs a key, so there has to be one. */
async function refuseStrangers(app: NestFastifyApplication, { host }: Config): Promise<void> {
  if (isLoopbackHost(host) || (await app.get(Owner).hasGuests())) return;
  throw new Failure(
    'invalid-input',
    `HOST=${host} lets other machines in, and there is no key for them yet; make one with "atelier keys create --plan free --credits 100", or leave HOST out.`,
  );
}

function listenFailure(error: unknown, { host, port }: Config): unknown {
  const { code } = error as { code?: string };
  if (code === 'EADDRINUSE') {
    return new Failure(
      'conflict',
      `Port ${port} of ${host} is taken; set PORT to another one, or to 0 for a free one.`,
    );
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new Failure(
      'invalid-input',
      `Atelier cannot listen on ${host}, port ${port} (${code}); set HOST and PORT.`,
    );
  }
  return error;
}
