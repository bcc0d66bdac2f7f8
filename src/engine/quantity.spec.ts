import { catalogueOf } from '../../test/conformance/nodes.js';
import { evaluate, type NumberGiven } from './quantity.js';

const paint = catalogueOf().node('test.paint', 1)!;
const quantity = { add: [100, { multiply: [{ input: 'width' }, { input: 'value' }, 0.5] }] };
const given =
  (numbers: Record<string, ReturnType<NumberGiven>>): NumberGiven =>
  (input) =>
    numbers[input] ?? 'left out';

describe('a quantity', () => {
  it('adds and multiplies what is given to inputs', () => {
    expect(evaluate(quantity, paint, given({ width: 64, value: 2 }))).toBe(164);
    expect(evaluate(7, paint, given({}))).toBe(7);
  });

  it('takes the default of an input that is left out', () => {
    expect(evaluate({ input: 'width' }, paint, given({}))).toBe(512);
  });

  it('takes the most that an input can be while it is not known, else its default, else nothing', () => {
    expect(evaluate({ input: 'width' }, paint, given({ width: 'unknown' }))).toBe(4096);
    expect(evaluate({ input: 'value' }, paint, given({ value: 'unknown' }))).toBe(0);
    expect(evaluate({ input: 'model' }, paint, given({ model: 'unknown' }))).toBe(0);
  });
});
