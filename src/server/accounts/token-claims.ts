import { z } from 'zod';
import { type Plan, plans } from './plans.js';
import { scopes, type Scope } from './principal.js';

const text = z.string().min(1).max(255);

/** What is read of a token; a claim of a kind that none of ours has counts as left out. */
export const claimsSchema = z
  .object({
    sub: text.optional().catch(undefined),
    iss: text.optional().catch(undefined),
    email: text.optional().catch(undefined),
    email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(false),
    plan: z.string().optional().catch(undefined),
    scope: z
      .union([z.string(), z.array(z.string())])
      .optional()
      .catch(''),
  })
  .transform(({ email, email_verified: isVerified = true, ...claims }) => ({
    ...claims,
    email: isVerified ? email : undefined,
  }));

export type Claims = z.output<typeof claimsSchema>;

/** The plan of an account that is made for the token: free where it names none of ours. */
export function planOf({ plan = '' }: Claims): Plan {
  return plans.find((name) => name === plan.trim().toLowerCase()) ?? 'free';
}

/** What the token allows, of what there is here; without the claim what a key allows that was made without. */
export function scopesOf({ scope }: Claims): Scope[] {
  if (scope === undefined) return ['read', 'write'];
  const named = new Set(typeof scope === 'string' ? scope.split(/\s+/) : scope);
  return scopes.filter((each) => named.has(each));
}
