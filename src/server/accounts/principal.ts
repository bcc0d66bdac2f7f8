import { Failure } from '@atelier/sdk';
import type { Plan } from './plans.js';

/**
 * What a key may do. `read`: see tools, jobs, files and pipelines. `write`: make, change and delete them.
 * `admin`: look after the server: accounts, keys, models.
 */
export const scopes = ['read', 'write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Who makes a request, by its key or token. */
export interface Principal {
  readonly accountId: string;
  /** null for a token that someone else has issued */
  readonly keyId: string | null;
  readonly plan: Plan;
  readonly scopes: readonly Scope[];
  /** runs everything and costs nothing */
  readonly sandbox: boolean;
  /** of the plan */
  readonly weight: number;
  /** set for the owner when the request came from this machine without a key */
  readonly anonymous?: true;
}

/** @throws Failure `forbidden` */
export function requireScope(principal: Principal, scope: Scope): void {
  if (principal.scopes.includes(scope)) return;
  throw new Failure('forbidden', `This needs a key with the scope "${scope}".`, { scope });
}
