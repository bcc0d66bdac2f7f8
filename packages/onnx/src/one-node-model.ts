const float = 1;
const wire = { number: 0, bytes: 2 } as const;

/**
 * The bytes of an ONNX model of one node with two inputs: `z = operator(x, y)`, all float32[dims]. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @param domain whose operator it is; ONNX's own when empty
 */
export function oneNodeModel(operator: string, domain = '', dims: readonly number[] = [1]): Uint8Array {
  const node = [text(1, 'x'), text(1, 'y'), text(2, 'z'), text(4, operator), text(7, domain)];
  const graph = [
    message(1, node),
    text(2, 'g'),
    value(11, 'x', dims),
    value(11, 'y', dims),
    value(12, 'z', dims),
  ];
  const standard = [text(1, ''), number(2, 18)];
  const own = [text(1, domain), number(2, 1)];
  const opsets = domain === '' ? [message(8, standard)] : [message(8, standard), message(8, own)];
  return Uint8Array.from([number(1, 8), message(7, graph), ...opsets].flat());
}

function value(field: number, name: string, dims: readonly number[]): number[] {
  const shape = dims.map((dim) => message(1, [number(1, dim)]));
  const tensor = message(1, [number(1, float), message(2, shape)]);
  return message(field, [text(1, name), message(2, [tensor])]);
}

function text(field: number, content: string): number[] {
  return message(field, [[...Buffer.from(content)]]);
}

function message(field: number, parts: number[][]): number[] {
  const content = parts.flat();
  return [(field << 3) | wire.bytes, ...varint(content.length), ...content];
}

function number(field: number, content: number): number[] {
  return [(field << 3) | wire.number, ...varint(content)];
}

function varint(content: number): number[] {
  return content < 0x80 ? [content] : [(content & 0x7f) | 0x80, ...varint(content >>> 7)];
}
