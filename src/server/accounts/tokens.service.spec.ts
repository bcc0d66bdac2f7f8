import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type GenerateKeyPairResult,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { TempHome } from '../../../test/storage/temp-home.js';
import { Credits } from '../credits/credits.service.js';
import { Accounts } from './accounts.service.js';
import { Identities } from './identities.service.js';
import { ownerEmail } from './owner.service.js';
import { Tokens } from './tokens.service.js';

type Settings = ConstructorParameters<typeof Tokens>[0]['jwt'];
type Signer = { alg: string; kid?: string; key: CryptoKey | Uint8Array };

const secret = 'a secret of more than 32 characters';
const byTheSecret: Signer = { alg: 'HS256', key: new TextEncoder().encode(secret) };
const ann = { sub: 'ann', email: 'ann@example.com' };

let temp: TempHome;
let accounts: Accounts;
const opened: Tokens[] = [];
beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  temp = await TempHome.open();
  accounts = new Accounts(temp.database, new Credits(temp.database));
});
afterEach(async () => {
  for (const tokens of opened.splice(0)) tokens.onModuleDestroy();
  await temp.remove();
});

function open(settings: Partial<Settings>): Tokens {
  const jwt = { secret: '', keySetUrl: '', issuer: '', audience: '', ...settings };
  const tokens = new Tokens({ jwt }, new Identities(temp.database));
  tokens.onModuleInit();
  opened.push(tokens);
  return tokens;
}

function sign(
  claims: JWTPayload,
  { alg, kid, key }: Signer = byTheSecret,
  expiresAt = '10m',
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid })
    .setIssuedAt()
    .setExpirationTime(expiresAt)
    .sign(key);
}

const refused = (tokens: Tokens, token: string, sentence: RegExp) =>
  Promise.all([
    expect(tokens.authenticate(token)).rejects.toMatchObject({ code: 'invalid-key', details: {} }),
    expect(tokens.authenticate(token)).rejects.toThrow(sentence),
  ]);

describe('whose a token is', () => {
  it('is told by its subject; at first sight that makes an account of the plan that it names', async () => {
    const tokens = open({ secret });
    const caller = await tokens.authenticate(await sign({ ...ann, plan: 'Pro' }));
    expect(caller).toMatchObject({ keyId: null, plan: 'pro', sandbox: false, weight: 4 });
    expect(caller.scopes).toEqual(['read', 'write']);
    expect(await accounts.get(caller.accountId)).toMatchObject({ email: 'ann@example.com', plan: 'pro' });
    const again = await tokens.authenticate(await sign({ sub: 'ann', plan: 'free' }));
    expect(again).toMatchObject({ accountId: caller.accountId, plan: 'pro' });
  });

  it('is one account, however many requests come first', async () => {
    const tokens = open({ secret });
    const token = await sign({ sub: 'ben' });
    const callers = await Promise.all(Array.from({ length: 50 }, () => tokens.authenticate(token)));
    expect(new Set(callers.map(({ accountId }) => accountId)).size).toBe(1);
    expect(callers[0]).toMatchObject({ plan: 'free' });
  });

  it('is told by its address where it has no subject, or where an account has that already', async () => {
    const tokens = open({ secret });
    const { accountId } = await accounts.createKey({
      plan: 'business',
      credits: 0,
      sandbox: false,
      email: 'ann@example.com',
    });
    expect(await tokens.authenticate(await sign(ann))).toMatchObject({ accountId, plan: 'business' });
    expect(await tokens.authenticate(await sign({ email: 'ann@example.com' }))).toMatchObject({ accountId });
  });

  it.each([
    ['that its issuer has not checked', { ...ann, email_verified: false }],
    ['that its issuer calls unchecked in another way', { ...ann, email_verified: 'no' }],
    ["that is the owner's", { sub: 'ann', email: ownerEmail }],
    ['that is none', { sub: 'ann', email: 'a\r\nX-Admin: 1@b' }],
  ])('is not told by an address %s', async (_, claims) => {
    for (const email of ['ann@example.com', ownerEmail])
      await accounts.createKey({ plan: 'enterprise', credits: 0, sandbox: false, email });
    const { accountId, plan } = await open({ secret }).authenticate(await sign(claims));
    expect(plan).toBe('free');
    expect((await accounts.get(accountId)).email).toBe(`${accountId}@atelier.invalid`);
  });

  it('is another account for the same subject of another issuer', async () => {
    const tokens = open({ secret });
    const one = await tokens.authenticate(await sign({ sub: '1', iss: 'https://a.example' }));
    const other = await tokens.authenticate(await sign({ sub: '1', iss: 'https://b.example' }));
    expect(other.accountId).not.toBe(one.accountId);
  });

  it.each([
    ['read', ['read']],
    ['write openid read write', ['read', 'write']],
    [
      ['read', 'admin'],
      ['read', 'admin'],
    ],
    ['openid profile', []],
    [7, []],
  ])('allows of the scopes %j what there is here', async (scope, expected) => {
    const caller = await open({ secret }).authenticate(await sign({ ...ann, scope }));
    expect(caller.scopes).toEqual(expected);
  });
});

describe('a token is refused', () => {
  it('that has expired', async () =>
    refused(
      open({ secret }),
      await sign(ann, byTheSecret, '-1m'),
      /^The token has expired; get a new one\.$/,
    ));

  it('that is not valid yet', async () => {
    const nbf = Math.floor(Date.now() / 1000) + 60;
    await refused(open({ secret }), await sign({ ...ann, nbf }), /not valid yet/);
  });

  it('that is signed with another secret, or changed', async () => {
    const key = new TextEncoder().encode('another secret of more than 32 signs');
    await refused(
      open({ secret }),
      await sign(ann, { alg: 'HS256', key }),
      /signature of the token is wrong/,
    );
    const [head, , signature] = (await sign(ann)).split('.');
    const claims = Buffer.from(JSON.stringify({ sub: 'ben' })).toString('base64url');
    await refused(open({ secret }), `${head}.${claims}.${signature}`, /signature of the token is wrong/);
  });

  it.each(['none', 'None', 'HS512', 'RS256', '__proto__'])('that says it is signed with %s', async (alg) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    await refused(open({ secret }), `${part({ alg })}.${part(ann)}.`, /signed with HS256 here/);
  });

  it('that is meant for someone else, or comes from someone else', async () => {
    const strict = open({ secret, issuer: 'https://id.example', audience: 'atelier' });
    const right = { ...ann, iss: 'https://id.example', aud: ['atelier', 'other'] };
    await strict.authenticate(await sign(right));
    await refused(strict, await sign({ ...right, aud: 'other' }), /claim "aud"/);
    await refused(strict, await sign({ ...right, iss: 'https://evil.example' }), /claim "iss"/);
    await refused(strict, await sign(ann), /claim "(aud|iss)"/);
  });

  it('that does not say whose it is', async () =>
    refused(open({ secret }), await sign({ email: '' }), /whose it is/));

  it.each(['e30.e30.e30', 'a.b.c', 'YQ.YQ.YQ'])('that is no token: %s', async (text) =>
    refused(open({ secret }), text, /^The token|^Tokens/),
  );

  it('is not looked at where none is configured', () => expect(open({}).takes('a.b.c')).toBe(false));
});

describe('with a key set', () => {
  let server: Server;
  let answer: { status: number; body: string };
  let fetches: number;
  let rsa: Signer;
  let ec: Signer;
  let url: string;

  const publish = async (...signers: { kid?: string; pair: GenerateKeyPairResult }[]): Promise<void> => {
    const keys = await Promise.all(
      signers.map(async ({ kid, pair }) => ({ ...(await exportJWK(pair.publicKey)), kid })),
    );
    answer = { status: 200, body: JSON.stringify({ keys }) };
  };
  const newKey = async (alg: string, kid: string) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    return { kid, pair, signer: { alg, kid, key: pair.privateKey } as Signer };
  };
  let published: Awaited<ReturnType<typeof newKey>>[];

  beforeAll(async () => {
    published = [await newKey('RS256', 'one'), await newKey('ES256', 'two')];
    [rsa, ec] = published.map(({ signer }) => signer) as [Signer, Signer];
    server = createServer((_, response) => {
      fetches += 1;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(async () => {
    fetches = 0;
    await publish(...published);
  });

  it('a token signed with RS256 or ES256 is taken, and the set is fetched once', async () => {
    const tokens = open({ keySetUrl: url });
    for (const signer of [rsa, ec, rsa]) {
      expect(await tokens.authenticate(await sign(ann, signer))).toMatchObject({ plan: 'free' });
    }
    expect(fetches).toBe(1);
  });

  it('a token that is signed with the public key as a secret is refused', async () => {
    const tokens = open({ keySetUrl: url, secret });
    const key = new TextEncoder().encode(answer.body);
    await refused(
      tokens,
      await sign(ann, { alg: 'HS256', kid: 'one', key }),
      /signature of the token is wrong/,
    );
    await refused(open({ keySetUrl: url }), await sign(ann), /signed with RS256 or ES256 here/);
  });

  it('a token of an unknown key is refused, and does not make it fetch the set each time', async () => {
    const tokens = open({ keySetUrl: url });
    const stranger = await newKey('RS256', 'three');
    const token = await sign(ann, stranger.signer);
    for (let tries = 0; tries < 5; tries += 1) await refused(tokens, token, /names no key/);
    expect(fetches).toBe(1);
  });

  it('a set that cannot be fetched is no fault of the token, and is asked for again', async () => {
    const tokens = open({ keySetUrl: url });
    const token = await sign(ann, rsa);
    for (const body of ['nonsense', '{}', '{"keys": 1}']) {
      answer = { status: 200, body };
      await expect(open({ keySetUrl: url }).authenticate(token)).rejects.toMatchObject({
        code: 'unavailable',
      });
    }
    answer = { status: 500, body: '' };
    await expect(open({ keySetUrl: url }).authenticate(token)).rejects.toMatchObject({ code: 'unavailable' });
    await publish(...published);
    expect(await tokens.authenticate(token)).toMatchObject({ plan: 'free' });
  });

  it('a set that was fetched once serves while its server is down', async () => {
    const tokens = open({ keySetUrl: url });
    await tokens.authenticate(await sign(ann, rsa));
    answer = { status: 503, body: '' };
    expect(await tokens.authenticate(await sign(ann, ec))).toMatchObject({ plan: 'free' });
  });
});
