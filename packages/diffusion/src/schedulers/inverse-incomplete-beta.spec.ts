import { inverseIncompleteBeta } from './inverse-incomplete-beta.js';

test.each([
  [0.000001, 0.6, 0.6, 1.8558824624053043e-10],
  [0.1, 0.6, 0.6, 0.03958440558878085],
  [0.77, 0.6, 0.6, 0.8461624142323502],
  [0.999999, 0.6, 0.6, 0.9999999998144118],
  [0.3, 2, 5, 0.18180347131894917],
  [0.99, 10, 1.5, 0.9944112827578341],
])('the quantile %d of a beta distribution of %d and %d is that of scipy', (probability, a, b, expected) => {
  expect(Math.abs(inverseIncompleteBeta(probability, a, b) / expected - 1)).toBeLessThan(1e-12);
});

test('the ends of the distribution are 0 and 1', () => {
  expect(inverseIncompleteBeta(0, 0.6, 0.6)).toBe(0);
  expect(inverseIncompleteBeta(1, 0.6, 0.6)).toBe(1);
});
