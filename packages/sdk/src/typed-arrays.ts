const constructors = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
};

export type TypedArrayName = keyof typeof constructors;
export type TypedArray = InstanceType<(typeof constructors)[TypedArrayName]>;

export function isTypedArrayName(name: unknown): name is TypedArrayName {
  return typeof name === 'string' && Object.hasOwn(constructors, name);
}

const nameGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;

/** The kind of a typed array of any realm, a Buffer being a Uint8Array; undefined for everything else. */
export function typedArrayName(value: unknown): TypedArrayName | undefined {
  const name: unknown = nameGetter.call(value);
  return isTypedArrayName(name) ? name : undefined;
}

/** Bytes of one element. */
export function elementBytes(name: TypedArrayName): number {
  return constructors[name].BYTES_PER_ELEMENT;
}

/**
 * A typed array on the bytes of another: a view where the elements are aligned, else a copy.
 * @param from position in `bytes`
 */
export function viewTypedArray(
  name: TypedArrayName,
  bytes: Uint8Array,
  from: number,
  length: number,
): TypedArray {
  const size = elementBytes(name);
  const start = bytes.byteOffset + from;
  if (start % size === 0) return new constructors[name](bytes.buffer as ArrayBuffer, start, length);
  const copy = bytes.slice(from, from + length * size);
  return new constructors[name](copy.buffer, copy.byteOffset, length);
}
