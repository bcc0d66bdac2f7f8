import { z } from 'zod';
import { scopes } from '../../server/accounts/principal.js';
import type { KeyView } from '../../server/accounts/key-rows.js';
import { bodySchema } from './wire.js';

const longestGraceS = 7 * 86_400;

const scopeSchema = z.enum(scopes);

export const createKeySchema = bodySchema({
  name: z
    .string()
    .trim()
    .max(100)
    .regex(/^\P{C}*$/u, 'takes no control characters')
    .default('')
    .describe('What the key is for'),
  scopes: z
    .array(scopeSchema)
    .min(1)
    .max(scopes.length)
    .transform((named) => scopes.filter((scope) => named.includes(scope)))
    .default(['read', 'write'])
    .describe('Only such as your own key has'),
  sandbox: z.boolean().default(false).describe('Runs everything, costs nothing and has no limits'),
});

/** The body may be left out. */
export const rotateKeySchema = bodySchema({
  grace_seconds: z
    .int()
    .min(0)
    .max(longestGraceS)
    .default(0)
    .describe(`How long the old key still works, ${longestGraceS} at most`),
}).prefault({});

export const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe('The beginning of the key, to recognise it by'),
    scopes: z.array(scopeSchema),
    sandbox: z.boolean(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().nullable().describe('To the minute'),
    revoked_at: z.iso.datetime().nullable().describe('Lies ahead while a rotated key still works'),
  })
  .meta({ id: 'Key' });

export type KeyBody = z.output<typeof keySchema>;

const secret = z.string().describe('The key itself, shown this once');

export const newKeySchema = keySchema.extend({ key: secret }).meta({ id: 'NewKey' });

export const rotatedKeySchema = newKeySchema.extend({ previous: keySchema }).meta({ id: 'RotatedKey' });

export const keyPageSchema = z.object({ keys: z.array(keySchema), total: z.int(), has_more: z.boolean() });

export const revokedSchema = z.object({ revoked: z.literal(true), id: z.string() });

export const profileSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    plan: z.string(),
    credits: z.int().describe('What new jobs may cost'),
  })
  .meta({ id: 'Profile' });

export function toKey({ createdAt, lastUsedAt, revokedAt, ...key }: KeyView): KeyBody {
  return { ...key, created_at: createdAt, last_used_at: lastUsedAt, revoked_at: revokedAt };
}
