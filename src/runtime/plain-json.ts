/** The part of what a plugin gave that is JSON, so that it can be sent and shown; 64-bit integers become text. */
export function plainJson(fields: unknown): Record<string, unknown> {
  try {
    const text = JSON.stringify(fields, (_key, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    const plain: unknown = JSON.parse(text);
    return typeof plain === 'object' && plain !== null ? { ...plain } : {};
  } catch {
    return {};
  }
}
