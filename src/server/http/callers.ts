import { createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Accounts } from '../accounts/accounts.service.js';
import { requireScope, type Principal, type Scope } from '../accounts/principal.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** null where the route is open */
    caller: Principal | null;
  }
  interface FastifyContextConfig {
    open?: boolean;
  }
}

const reading = new Set(['GET', 'HEAD']);

/** The route takes requests without a key. All others need one. */
export const Open = () => RouteConfig({ open: true });

/** The account, plan and scopes behind the request's key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === null) throw new Error('An open route has no caller; identify() finds one.');
  return caller;
});

/** Finds out who sends a request. */
@Injectable()
export class Callers {
  constructor(@Inject(Accounts) private readonly accounts: Accounts) {}

  /** @throws Failure `invalid-key`, or `forbidden` for a key without the scope */
  async identify(headers: FastifyRequest['headers'], scope: Scope): Promise<Principal> {
    const caller = await this.accounts.authenticate(tokenOf(headers));
    requireScope(caller, scope);
    return caller;
  }

  /** Checks the key before the body is read, so that nobody without one can make the server read and parse. */
  guard(fastify: FastifyInstance): void {
    fastify.decorateRequest('caller', null);
    fastify.addHook('onRequest', async (request) => {
      if (request.is404 || request.routeOptions.config.open === true) return;
      request.caller = await this.identify(request.headers, reading.has(request.method) ? 'read' : 'write');
    });
  }
}

/** The key of a request or of a socket's handshake; empty when it has none. */
export function tokenOf(headers: FastifyRequest['headers']): string {
  const [scheme, token] = headers.authorization?.trim().split(/\s+/, 2) ?? [];
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined) return token;
  return [headers['x-api-key']].flat()[0]?.trim() ?? '';
}
