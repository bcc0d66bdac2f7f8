import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { socketRefusal } from '../http/origin.js';

type Options = Parameters<IoAdapter['createIOServer']>[1];

/** socket.io on the server's own port, closed to foreign pages and to frames larger than any request needs. */
export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly boundHost: string,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: Options): ReturnType<IoAdapter['createIOServer']> {
    return super.createIOServer(port, {
      ...options,
      serveClient: false,
      // Upgrades for other paths are answered by whoever serves those.
      destroyUpgrade: false,
      maxHttpBufferSize: 64_000,
      connectTimeout: 10_000,
      allowRequest: (
        request: IncomingMessage,
        decide: (problem: string | null, allowed: boolean) => void,
      ) => {
        const refused = refusalOf(request, this.boundHost);
        decide(refused, refused === null);
      },
    } as Options);
  }
}

function refusalOf({ headers }: IncomingMessage, boundHost: string): string | null {
  return socketRefusal({ host: headers.host, origin: headers.origin }, boundHost);
}
