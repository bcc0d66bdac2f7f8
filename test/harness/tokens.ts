import { SignJWT } from 'jose';

const secret = 'a secret of more than 32 characters';

/** What a server is started with that takes the tokens made here. */
export const tokenEnv = { ATELIER_JWT_SECRET: secret };

let subjects = 0;

/** A token of an account of its own, made at its first use: far quicker than a key, which takes a process. */
export function createToken(claims: Record<string, unknown> = {}): Promise<string> {
  return new SignJWT({ sub: `subject-${subjects++}`, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));
}
