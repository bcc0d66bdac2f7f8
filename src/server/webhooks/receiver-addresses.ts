import { Resolver } from 'node:dns/promises';
import net, { type LookupFunction } from 'node:net';
import { isAllowed } from './addresses.js';
import { hostOf, isLocalName, refusalOfUrl } from './receiver-url.js';

/** Why a try did not reach its receiver, as a sentence for the owner of the webhook. */
export class Unreachable extends Error {}

/**
 * Finds where a receiver is, and makes sure that the connection goes to what was checked: the answer is pinned, since a name
 * server may give another one to whoever asks again.
 */
export class ReceiverAddresses {
  /**
   * @param resolver asks name servers itself: the system's `getaddrinfo` would keep threads waiting that files are read with,
   * and a customer's name server may be slow
   */
  constructor(
    private readonly allowLoopback: boolean,
    private readonly resolver = new Resolver({ timeout: 3_000, tries: 2 }),
  ) {}

  /**
   * The lookup for a connection to this address, and to none but those that were checked.
   * @throws Unreachable
   */
  async pinned(url: URL): Promise<LookupFunction> {
    const refusal = refusalOfUrl(url, this.allowLoopback);
    if (refusal !== null) throw new Unreachable(`The address ${refusal}.`);
    const addresses = await this.find(hostOf(url));
    if (!addresses.every((address) => isAllowed(address, this.allowLoopback)))
      throw new Unreachable('The name leads to an address that is not public, so nothing was sent there.');
    const found = addresses.map((address) => ({ address, family: net.isIP(address) }));
    return (_, { all }, done) => (all ? done(null, found) : done(null, found[0]!.address, found[0]!.family));
  }

  private async find(host: string): Promise<string[]> {
    if (net.isIP(host) !== 0) return [host];
    if (isLocalName(host)) return ['127.0.0.1', '::1'];
    const answers = await Promise.allSettled([this.resolver.resolve4(host), this.resolver.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) throw new Unreachable(`The name ${host} could not be found.`);
    return addresses;
  }
}
