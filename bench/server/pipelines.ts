/** Every job gets a value that no other has, so that none is answered from the cache. */
let unique = 0;

export function uniqueValue(): number {
  return unique++;
}

interface NodeDocument {
  use: string;
  with: Record<string, unknown>;
}

/** Nodes of one type, each with the value of the one before it. */
export function chain(length: number, use: string, parameters: Record<string, unknown> = {}): object {
  const nodes: Record<string, NodeDocument> = {};
  for (let index = 0; index < length; index += 1) {
    const value = index === 0 ? uniqueValue() : { from: `n${index - 1}.value` };
    nodes[`n${index}`] = { use, with: { ...parameters, value } };
  }
  return {
    id: 'chain',
    version: '1.0.0',
    title: 'Chain',
    nodes,
    outputs: { value: { from: `n${length - 1}.value` } },
  };
}
