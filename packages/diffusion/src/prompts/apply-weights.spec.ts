import { applyWeights } from './apply-weights.js';

test('a token counts as often as its weight says, and the mean of the chunk stays', () => {
  const states = Float32Array.of(1, 2, 3, 4);
  applyWeights(states, [1, 2]);
  const scale = 10 / 17;
  [1, 2, 6, 8].forEach((value, i) => expect(states[i]).toBeCloseTo(value * scale, 6));
});

test.each([
  [
    [1, -1, 3, -3],
    [1, -1, 6, -6],
  ],
  [
    [4, 0, -3, 0],
    [4, 0, -6, 0],
  ],
])('states %j, whose mean vanishes or changes its sign, are weighted alone', (values, expected) => {
  const states = Float32Array.from(values);
  applyWeights(states, [1, 2]);
  expect([...states]).toEqual(expected);
});
