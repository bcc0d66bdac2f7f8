import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config.js';
import { Accounts } from '../accounts/accounts.service.js';
import { Owner } from '../accounts/owner.service.js';
import { Tokens } from '../accounts/tokens.service.js';
import { requireScope, type Principal, type Scope } from '../accounts/principal.js';
import { CONFIG } from '../config.token.js';
import { isFromHere, isLoopbackHost } from './origin.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** null where the route is open, or the address signed */
    caller: Principal | null;
  }
  interface FastifyContextConfig {
    open?: boolean;
    signed?: boolean;
    local?: boolean;
  }
}

/** `key`: only with a key. `local`: from this machine also without one, where nobody else can connect. */
export type Access = 'key' | 'local';

const reading = new Set(['GET', 'HEAD']);

/** The route takes requests without a key, and looks at none. */
export const Open = () => RouteConfig({ open: true });

/** Addresses of the route that have `expires` and `signature` need no key; its handler checks them. */
export const Signed = () => RouteConfig({ signed: true });

/** The route belongs to whoever runs this server: requests from this machine need no key. All routes but these and the open ones do. */
export const Local = () => RouteConfig({ local: true });

/** The account, plan and scopes behind the request's key. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === null) throw new Error('An open route has no caller; identify() finds one.');
  return caller;
});

/** Finds out who sends a request: by an API key, or by a token of another issuer. */
@Injectable()
export class Callers {
  private readonly isPrivate: boolean;

  constructor(
    @Inject(CONFIG) config: Pick<Config, 'host'>,
    @Inject(Accounts) private readonly accounts: Accounts,
    @Inject(Tokens) private readonly tokens: Tokens,
    @Inject(Owner) private readonly owner: Owner,
  ) {
    this.isPrivate = isLoopbackHost(config.host);
  }

  /** @throws Failure `invalid-key`, or `forbidden` for a key without the scope */
  async identify(headers: FastifyRequest['headers'], scope: Scope): Promise<Principal> {
    const token = tokenOf(headers);
    const judge = this.tokens.takes(token) ? this.tokens : this.accounts;
    const caller = await judge.authenticate(token);
    requireScope(caller, scope);
    return caller;
  }

  /**
   * The caller of a route or socket; the owner where there is no key and none is needed.
   * @throws Failure as `identify`, for a wrong key everywhere
   */
  async admit(
    request: Pick<IncomingMessage, 'headers' | 'socket'>,
    access: Access,
    scope: Scope,
  ): Promise<Principal> {
    const isOpen = access === 'local' && this.isPrivate && isFromHere(request);
    if (isOpen && !givesKey(request.headers)) return { ...this.owner.principal, anonymous: true };
    return this.identify(request.headers, scope);
  }

  /** Checks the key before the body is read, so that nobody without one can make the server read and parse. */
  guard(fastify: FastifyInstance): void {
    fastify.decorateRequest('caller', null);
    fastify.addHook('onRequest', async (request) => {
      const { open, local, signed } = request.routeOptions.config;
      if (request.is404 || open === true || (signed === true && isSigned(request))) return;
      const scope = reading.has(request.method) ? 'read' : 'write';
      request.caller = await this.admit(request.raw, local === true ? 'local' : 'key', scope);
    });
  }
}

/** The key of a request or of a socket's handshake; empty when it has none. */
export function tokenOf(headers: FastifyRequest['headers']): string {
  const [scheme, token, ...more] = headers.authorization?.trim().split(/[ \t]+/) ?? [];
  if (scheme?.toLowerCase() === 'bearer' && token !== undefined) return more.length === 0 ? token : '';
  return [headers['x-api-key']].flat()[0]?.trim() ?? '';
}

function isSigned({ query }: FastifyRequest): boolean {
  const { expires, signature } = query as Record<string, unknown>;
  return expires !== undefined && signature !== undefined;
}

/** Whether a request tries to say who sends it. */
export function givesKey({ authorization, 'x-api-key': key }: FastifyRequest['headers']): boolean {
  return [authorization, key].flat().some((header) => header !== undefined && header.trim() !== '');
}
