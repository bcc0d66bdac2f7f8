import { readReferenceFloats, readReferenceJson } from '../../../test/reference/pack.js';
import { TorchGenerator } from './random.js';

interface Sequence {
  name: string;
  seed: string;
  calls: { n: number; offset: number }[];
}

const { sequences } = readReferenceJson<{ sequences: Sequence[] }>('goldens', 'rng.json');
const reference = readReferenceFloats('goldens', 'rng.bin');

test.each(sequences.map((sequence) => [sequence.name, sequence] as const))(
  'a generator gives the numbers of torch, call by call: %s',
  (_name, { seed, calls }) => {
    const generator = new TorchGenerator(BigInt(seed));
    const errors = calls.map(({ n, offset }) => {
      const expected = reference.subarray(offset, offset + n);
      const values = generator.randn(n);
      expect(values).toHaveLength(n);
      return values.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0);
    });
    expect(Math.max(...errors)).toBeLessThanOrEqual(2.5e-6);
  },
);

test('only the lowest 32 bits of a seed count, and negative seeds wrap', () => {
  const seven = new TorchGenerator(7).randn(20);
  expect(new TorchGenerator(7n + 2n ** 32n).randn(20)).toEqual(seven);
  expect(new TorchGenerator(7 + 2 ** 40).randn(20)).toEqual(seven);
  expect(new TorchGenerator(7 - 2 ** 32).randn(20)).toEqual(seven);
  expect(new TorchGenerator(8).randn(20)).not.toEqual(seven);
});

test('values drawn one by one come in pairs over calls, whatever is drawn in blocks between them', () => {
  const together = new TorchGenerator(3).randn(2);
  const apart = new TorchGenerator(3);
  const [first] = apart.randn(1);
  apart.randn(16);
  const [second] = apart.randn(1);
  expect([first, second]).toEqual([...together]);
});

test('nothing is drawn when nothing is asked for', () => {
  const generator = new TorchGenerator(5);
  expect(generator.randn(0)).toHaveLength(0);
  expect(generator.randn(16)).toEqual(new TorchGenerator(5).randn(16));
});

test('a seed or a count that is no whole number is refused', () => {
  expect(() => new TorchGenerator(1.5)).toThrow('A seed given as a number must be whole');
  expect(() => new TorchGenerator(2 ** 53)).toThrow('give a bigint instead');
  expect(() => new TorchGenerator(1).randn(-1)).toThrow('must be a whole number from 0');
});
