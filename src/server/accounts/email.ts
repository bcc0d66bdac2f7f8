/** The address as it is stored; undefined for what is none. */
export function addressOf(email: string): string | undefined {
  const address = email.trim().toLowerCase();
  return address.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(address) ? address : undefined;
}

/** The address of an account that nobody has named one for; `.invalid` belongs to no one (RFC 2606). */
export function madeUpAddress(accountId: string): string {
  return `${accountId}@atelier.invalid`;
}
