import fc from 'fast-check';
import { deepStrictEqual } from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { decodeValue, encodeValue } from './codec.js';
import { Failure } from './failure.js';

const typedArrays = [
  Int8Array.of(-128, 0, 127),
  Uint8Array.of(0, 255),
  Uint8ClampedArray.of(0, 255, 7),
  Int16Array.of(-32768, 32767),
  Uint16Array.of(65535),
  Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
  Uint32Array.of(2 ** 32 - 1),
  Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45),
  Float64Array.of(NaN, -0, Number.MIN_VALUE, Number.MAX_VALUE),
  BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
  BigUint64Array.of(2n ** 64n - 1n),
];

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, undefined, true, false, NaN, Infinity, -Infinity, -0, 0),
    fc.double(),
    fc.string({ unit: 'binary' }),
    fc.bigInt(),
    fc.constantFrom(...typedArrays),
    fc.uint8Array(),
    fc.float32Array(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.string().filter((key) => key !== '__proto__'),
        fc.constantFrom('$', 'constructor', '0', '10', '9'),
      ),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

function roundTrip(value: unknown): unknown {
  return decodeValue(encodeValue(value));
}

/** Makes altered bytes pass the checksum, as someone who means harm would. */
function forge(header: string, payload: Uint8Array = new Uint8Array()): Uint8Array {
  const head = Buffer.from(header);
  const bytes = Buffer.concat([encodeValue(null).subarray(0, 16), head, payload]);
  bytes.writeUInt32LE(head.length, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (error) {
    if (Failure.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the codec of values', () => {
  it('gives back every value exactly', () => {
    fc.assert(fc.property(plain, (value) => deepStrictEqual(roundTrip(value), value)));
  });

  it.each(typedArrays.map((array) => [array.constructor.name, array] as const))(
    'gives back a %s with its kind and elements',
    (_, array) => {
      const decoded = roundTrip({ array }) as { array: unknown };
      expect(decoded.array).toStrictEqual(array);
    },
  );

  it('keeps the bits of a NaN in an array, which say more than that it is one', () => {
    const array = new Float32Array(Uint32Array.of(0x7fc01234).buffer);
    const decoded = roundTrip(array) as Float32Array;
    expect(new Uint32Array(decoded.slice().buffer)[0]).toBe(0x7fc01234);
  });

  it('gives back a part of a larger buffer, and a Buffer as a Uint8Array', () => {
    expect(roundTrip(Float64Array.of(1, 2, 3, 4).subarray(1, 3))).toStrictEqual(Float64Array.of(2, 3));
    expect(roundTrip(Buffer.from('abc'))).toStrictEqual(Uint8Array.of(97, 98, 99));
  });

  it('gives equal values equal bytes, whatever the order of their keys', () => {
    const some = encodeValue({ b: 1, a: { y: Uint8Array.of(1), x: Uint8Array.of(2) }, 10: 1, 9: 2 });
    const others = encodeValue({ 9: 2, a: { x: Uint8Array.of(2), y: Uint8Array.of(1) }, 10: 1, b: 1 });
    expect(others).toStrictEqual(some);
  });

  it('does not tell an array that occurs twice from two equal ones', () => {
    const array = Uint8Array.of(1, 2);
    expect(encodeValue([array, array])).toStrictEqual(encodeValue([array, array.slice()]));
  });

  it('makes no copy of an array that is aligned in the bytes, and a copy of one that is not', () => {
    const bytes = encodeValue(Float64Array.of(1, 2));
    expect((decodeValue(bytes) as Float64Array).buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    expect(decodeValue(shifted)).toStrictEqual(Float64Array.of(1, 2));
  });

  it('reads from the middle of a larger buffer', () => {
    const bytes = encodeValue({ a: Int16Array.of(5) });
    const around = new Uint8Array(bytes.length + 30);
    around.set(bytes, 16);
    expect(decodeValue(around.subarray(16, 16 + bytes.length))).toStrictEqual({ a: Int16Array.of(5) });
  });

  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['an instance of a class', new (class Foo {})()],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a key that would change prototypes', JSON.parse('{"__proto__": {"polluted": true}}')],
  ])('refuses to encode %s', (_, value: unknown) => {
    expect(failureOf(() => encodeValue({ nested: [value] })).code).toBe('invalid-input');
  });

  it('encodes 100 levels of nesting and refuses a cycle', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100; level += 1) deep = [deep];
    expect(roundTrip(deep)).toStrictEqual(deep);
    expect(failureOf(() => encodeValue([deep])).code).toBe('invalid-input');
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(failureOf(() => encodeValue(cycle)).code).toBe('invalid-input');
  });

  it('refuses bytes that are cut off anywhere', () => {
    const bytes = encodeValue({ text: 'abc', data: Float32Array.of(1, 2, 3) });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(failureOf(() => decodeValue(bytes.subarray(0, length))).code).toBe('invalid-input');
    }
  });

  it('refuses bytes with anything after their end', () => {
    const bytes = encodeValue('abc');
    expect(failureOf(() => decodeValue(Buffer.concat([bytes, Buffer.alloc(8)]))).code).toBe('invalid-input');
  });

  it('refuses bytes in which any single bit was turned', () => {
    const bytes = encodeValue({ text: 'abc', data: Uint8Array.of(1, 2, 3) });
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const altered = bytes.slice();
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(failureOf(() => decodeValue(altered)).code).toBe('invalid-input');
    }
  });

  it.each([
    ['no JSON', '{"arrays":'],
    ['no arrays', '{"value":1}'],
    ['a list', '[]'],
    ['a key that would change prototypes', '{"arrays":[],"value":{"__proto__":{"polluted":true}}}'],
    ['an array larger than the bytes', '{"arrays":[["Float64Array",9007199254740991]],"value":null}'],
    ['an array of negative length', '{"arrays":[["Uint8Array",-1]],"value":null}'],
    ['an array of an inherited kind', '{"arrays":[["constructor",1]],"value":null}'],
    ['a pointer to no array', '{"arrays":[],"value":{"$":"array","index":0}}'],
    ['a pointer to a method of arrays', '{"arrays":[],"value":{"$":"array","index":"pop"}}'],
    ['a bigint that is none', '{"arrays":[],"value":{"$":"bigint","hex":"1n"}}'],
    ['an unknown number', '{"arrays":[],"value":{"$":"number","is":"toString"}}'],
    ['an unknown tag', '{"arrays":[],"value":{"$":"Date"}}'],
    ['an object that is none', '{"arrays":[],"value":{"$":"object","of":[]}}'],
    ['endless nesting', `{"arrays":[],"value":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('refuses a forged header with %s', (_, header) => {
    expect(failureOf(() => decodeValue(forge(header))).code).toBe('invalid-input');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('refuses bytes of a newer format', () => {
    const bytes = encodeValue(1);
    bytes[7] = 2;
    expect(failureOf(() => decodeValue(bytes)).message).toMatch(/newer/);
  });

  it('never throws anything but a failure for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (payload, text) => {
        expect(failureOf(() => decodeValue(payload)).code).toBe('invalid-input');
        expect(failureOf(() => decodeValue(forge(text, payload))).code).toBe('invalid-input');
      }),
    );
  });
});
