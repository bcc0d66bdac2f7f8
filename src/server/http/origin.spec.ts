import { isLoopback, refusal, socketRefusal } from './origin.js';

const bound = '127.0.0.1';
const get = (host: string | undefined, origin?: string) => refusal({ method: 'GET', host, origin }, bound);
const post = (host: string, origin?: string) => refusal({ method: 'POST', host, origin }, bound);

describe('whom a request is meant for', () => {
  it.each(['127.0.0.1:8000', 'localhost', 'localhost:8000', '[::1]:8000', 'LOCALHOST:1', '192.168.1.4:8000'])(
    'a request for %s is answered',
    (host) => expect(get(host)).toBeNull(),
  );

  it.each([
    'attacker.example',
    'attacker.example:8000',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    '',
    'a b',
    undefined,
  ])('a request for %s is refused, whatever it asks for', (host) => expect(get(host)).toMatch(/host name/));

  it('the name that the server was told to listen on is its own', () => {
    expect(refusal({ method: 'GET', host: 'studio.lan:8000', origin: undefined }, 'Studio.lan')).toBeNull();
  });
});

describe('which page sends a change', () => {
  it('programs send no origin and may change things', () => expect(post('localhost:8000')).toBeNull());

  it.each(['http://localhost:5173', 'http://127.0.0.1:8000', 'http://[::1]:3000'])(
    'a page of %s may change things',
    (origin) => expect(post('localhost:8000', origin)).toBeNull(),
  );

  it('a page may change things on the address that it was loaded from', () => {
    expect(post('192.168.1.4:8000', 'http://192.168.1.4:8000')).toBeNull();
  });

  it.each([
    'https://attacker.example',
    'http://203.0.113.9',
    'null',
    'file://',
    'http://localhost.attacker.example',
    '',
  ])('a page of %s may not change anything', (origin) =>
    expect(post('localhost:8000', origin)).toMatch(/other sites/),
  );

  it('a foreign page may ask to read, for the browser will not hand it the answer', () => {
    expect(get('localhost:8000', 'https://attacker.example')).toBeNull();
  });

  it('a foreign page may not open a socket', () => {
    expect(socketRefusal({ host: 'localhost:8000', origin: 'https://attacker.example' }, bound)).toMatch(
      /other sites/,
    );
    expect(socketRefusal({ host: 'localhost:8000', origin: undefined }, bound)).toBeNull();
  });
});

it('only addresses of this machine are loopback', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['10.0.0.1', '::', '::ffff:10.0.0.1', '1127.0.0.1'].some(isLoopback)).toBe(false);
});
