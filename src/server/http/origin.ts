import type { IncomingMessage } from 'node:http';
import net from 'node:net';

/** The parts of a request that tell whom it is meant for and which page sent it. */
export interface Sender {
  method: string;
  /** the Host header */
  host: string | undefined;
  /** the Origin header */
  origin: string | undefined;
}

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Why a request must not be answered, or null. A name that an attacker's DNS points here is refused (DNS rebinding), and so
 * is a change that another site's page asks for. An address as Host is harmless: DNS cannot make one point here.
 * @param boundHost the host that the server was told to listen on
 */
export function refusal(sender: Sender, boundHost: string): string | null {
  const host = hostName(`http://${sender.host ?? ''}`);
  if (host === null || !(net.isIP(host) !== 0 || isHome(host, boundHost))) {
    return 'Use the address that the server printed when it started; it does not answer under this host name.';
  }
  if (sender.origin === undefined || reading.has(sender.method)) return null;
  const origin = hostName(sender.origin);
  if (origin !== null && (origin === host || isHome(origin, boundHost))) return null;
  return 'Pages of other sites may not change anything here.';
}

/** Like `refusal`, for a socket: opening one counts as a change. */
export function socketRefusal(sender: Omit<Sender, 'method'>, boundHost: string): string | null {
  return refusal({ ...sender, method: 'UPGRADE' }, boundHost);
}

/** Whether an address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return plain === '::1' || (net.isIPv4(plain) && plain.startsWith('127.'));
}

/** Whether a server that listens on this host can be reached from this machine only. */
export function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || isLoopback(host);
}

/** Whether a request comes from this machine. A proxy on it speaks for others, who do not. */
export function isFromHere({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): boolean {
  const forwarded = headers['x-forwarded-for'] ?? headers.forwarded;
  return forwarded === undefined && isLoopback(socket.remoteAddress ?? '');
}

function isHome(host: string, boundHost: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    isLoopback(host) ||
    host === boundHost.toLowerCase()
  );
}

/** The host of a URL in lower case, an IPv6 address without brackets. */
function hostName(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { hostname } = new URL(url);
  return hostname === '' ? null : hostname.replace(/^\[|\]$/g, '');
}
