/** What has the fields of a documented example, each of its kind, and perhaps more: `expect(body).toEqual(like(example))`. */
export function like(example: unknown): unknown {
  if (Array.isArray(example)) return listOf(example as unknown[]);
  if (typeof example !== 'object' || example === null) return kindOf(example);
  const fields = Object.entries(example).map(([name, value]): [string, unknown] => [name, like(value)]);
  return expect.objectContaining(Object.fromEntries(fields));
}

function listOf([first]: unknown[]): unknown {
  return first === undefined ? expect.any(Array) : expect.arrayContaining([like(first)]);
}

function kindOf(example: unknown): unknown {
  switch (typeof example) {
    case 'string':
      return expect.any(String);
    case 'number':
      return expect.any(Number);
    case 'boolean':
      return expect.any(Boolean);
    default:
      return example;
  }
}
