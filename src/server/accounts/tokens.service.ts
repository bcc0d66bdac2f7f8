import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { Identities } from './identities.service.js';
import { planTerms } from './plans.js';
import type { Principal } from './principal.js';
import { type Claims, claimsSchema, planOf, scopesOf } from './token-claims.js';
import { refusalOf, refused } from './token-refusal.js';

const fetchLimitMs = 5_000;
/** A key that its issuer has withdrawn is refused after this at the latest. */
const refreshEveryMs = 600_000;
/** How often, at most, tokens that name an unknown key have the key set fetched. */
const cooldownMs = 30_000;
const clockToleranceS = 5;

const secretAlgorithms = ['HS256'];
const publicAlgorithms = ['RS256', 'ES256'];

/** Bearer tokens of another issuer (RFC 7519): who they are for, once a secret or a key set is configured. */
@Injectable()
export class Tokens implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('Tokens');
  private readonly keyOf = new Map<string, Uint8Array | JWTVerifyGetKey>();
  private readonly expected: { issuer?: string; audience?: string };
  private readonly keySet: ReturnType<typeof createRemoteJWKSet> | undefined;
  private refreshing: NodeJS.Timeout | undefined;

  constructor(
    @Inject(CONFIG) { jwt }: Pick<Config, 'jwt'>,
    @Inject(Identities) private readonly identities: Identities,
  ) {
    this.expected = { issuer: jwt.issuer || undefined, audience: jwt.audience || undefined };
    if (jwt.secret !== '') this.takeKey(secretAlgorithms, new TextEncoder().encode(jwt.secret));
    if (jwt.keySetUrl === '') return;
    // It is fetched anew beside the requests, which use what there is meanwhile.
    this.keySet = createRemoteJWKSet(new URL(jwt.keySetUrl), {
      timeoutDuration: fetchLimitMs,
      cooldownDuration: cooldownMs,
      cacheMaxAge: Infinity,
    });
    this.takeKey(publicAlgorithms, this.keySet);
  }

  onModuleInit(): void {
    if (this.keySet === undefined) return;
    this.refresh();
    this.refreshing = setInterval(() => this.refresh(), refreshEveryMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.refreshing);
  }

  /** Whether a text is to be judged here; an API key never looks like it. */
  takes(text: string): boolean {
    return this.keyOf.size > 0 && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
  }

  /** @throws Failure `invalid-key`, or `unavailable` while the key set was never there */
  async authenticate(token: string): Promise<Principal> {
    const claims = claimsSchema.parse(await this.verify(token));
    const { iss: issuer = '', sub, email } = claims;
    const subject = sub ?? email;
    if (subject === undefined)
      throw refused('The token does not say whose it is: it needs "sub" or "email".');
    const account = await this.identities.accountOf({ issuer, subject, email, plan: planOf(claims) });
    return principalOf(account, claims);
  }

  private async verify(token: string): Promise<JWTPayload> {
    const alg = algorithmOf(token);
    const key = this.keyOf.get(alg);
    if (key === undefined) throw this.wrongAlgorithm();
    try {
      const options = { ...this.expected, algorithms: [alg], clockTolerance: clockToleranceS };
      const { payload } =
        key instanceof Uint8Array
          ? await jwtVerify(token, key, options)
          : await jwtVerify(token, key, options);
      return payload;
    } catch (error) {
      throw refusalOf(error);
    }
  }

  private wrongAlgorithm(): Error {
    const taken = [...this.keyOf.keys()].join(' or ');
    return refused(`Tokens are to be signed with ${taken} here.`);
  }

  private takeKey(algorithms: readonly string[], key: Uint8Array | JWTVerifyGetKey): void {
    for (const algorithm of algorithms) this.keyOf.set(algorithm, key);
  }

  private refresh(): void {
    this.keySet?.reload().catch((err: unknown) => {
      this.log.warn({ msg: 'The key set at ATELIER_JWKS_URL cannot be fetched; it is tried again.', err });
    });
  }
}

function algorithmOf(token: string): string {
  try {
    return decodeProtectedHeader(token).alg ?? '';
  } catch (error) {
    throw refused('The token is malformed; send it as its issuer gave it.', error);
  }
}

function principalOf({ id, plan }: { id: string; plan: Principal['plan'] }, claims: Claims): Principal {
  const { weight } = planTerms[plan];
  return { accountId: id, keyId: null, plan, scopes: scopesOf(claims), sandbox: false, weight };
}
