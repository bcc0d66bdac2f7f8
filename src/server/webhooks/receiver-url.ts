import net from 'node:net';
import { isAllowed } from './addresses.js';

const longest = 2048;
/** Below it live other protocols, such as mail, which must not be made to read our requests. */
const firstFreePort = 1024;
const noAddress = 'must be an http or https address, such as https://example.com/webhook';
const webPorts = ['', '80', '443'];

/** What is wrong with the address of a receiver, as far as its text tells; null when nothing is. The names in it are looked up later. */
export function refusalOf(text: string, allowLoopback: boolean): string | null {
  if (text.length > longest) return `must have ${longest} characters at most`;
  // A parser drops or changes them, so that what is shown would not be what is called.
  if (/[\s\\\p{C}]/u.test(text)) return 'must not have spaces, backslashes or control characters';
  if (!URL.canParse(text)) return noAddress;
  return refusalOfUrl(new URL(text), allowLoopback);
}

/** What `refusalOf` says of the address that the text stands for. */
export function refusalOfUrl(url: URL, allowLoopback: boolean): string | null {
  if (!['http:', 'https:'].includes(url.protocol)) return noAddress;
  if (url.username !== '' || url.password !== '')
    return 'must not have a user name or password; check the signature instead';
  if (!webPorts.includes(url.port) && Number(url.port) < firstFreePort)
    return `must use port 80, 443 or one from ${firstFreePort}`;
  const host = hostOf(url);
  const known = isLocalName(host) ? '127.0.0.1' : host;
  if (net.isIP(known) !== 0 && !isAllowed(known, allowLoopback))
    return 'must lead to a public address, and this one is not';
  return null;
}

/** The name or address without the brackets that IPv6 has in URLs. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** RFC 6761, 6.3: these never leave the machine. */
export function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/i.test(host);
}
