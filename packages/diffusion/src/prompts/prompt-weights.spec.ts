import { parseWeights, type WeightedText } from './prompt-weights.js';

const rounded = (parts: WeightedText[]) => parts.map(({ text, weight }) => [text, Number(weight.toFixed(6))]);

test.each([
  ['a cat', [['a cat', 1]]],
  ['', []],
  [
    'a (black) cat',
    [
      ['a ', 1],
      ['black', 1.1],
      [' cat', 1],
    ],
  ],
  [
    'a (black:1.35) cat',
    [
      ['a ', 1],
      ['black', 1.35],
      [' cat', 1],
    ],
  ],
  ['(black: .5 )', [['black', 0.5]]],
  ['(black:-1)', [['black', -1]]],
  ['[dog]', [['dog', 0.909091]]],
  ['((deep))', [['deep', 1.21]]],
  ['[(both)]', [['both', 1]]],
  ['(one)(two)', [['onetwo', 1.1]]],
  [
    '(outer (inner:2) outer)',
    [
      ['outer ', 1.1],
      ['inner', 2.2],
      [' outer', 1.1],
    ],
  ],
  [
    '(outer (inner:2):1.5)',
    [
      ['outer ', 1.5],
      ['inner', 3],
    ],
  ],
  ['(ratio 16:9)', [['ratio 16', 9]]],
  ['ratio 16:9, f/1.8', [['ratio 16:9, f/1.8', 1]]],
  ['(a:b)', [['a:b', 1.1]]],
  ['(a:1.2.3)', [['a:1.2.3', 1.1]]],
  ['[a:1.2]', [['a:1.2', 0.909091]]],
] as [string, (string | number)[][]][])('the prompt %j is read as %j', (prompt, expected) => {
  expect(rounded(parseWeights(prompt))).toEqual(expected);
});

test.each([
  [String.raw`a \(b\) c`, 'a (b) c'],
  [String.raw`\[x\]`, '[x]'],
  [String.raw`a \\ b`, String.raw`a \ b`],
  [String.raw`C:\data`, String.raw`C:\data`],
  ['smile :)', 'smile :)'],
  ['closing ] alone', 'closing ] alone'],
])('%s has no weight and is the text %s', (prompt, text) => {
  expect(parseWeights(prompt)).toEqual([{ text, weight: 1 }]);
});

test('a bracket that is never closed reaches to the end', () => {
  expect(rounded(parseWeights('a (b, [c'))).toEqual([
    ['a ', 1],
    ['b, ', 1.1],
    ['c', 1],
  ]);
});

test('brackets of the two kinds may overlap', () => {
  expect(rounded(parseWeights('(a [b) c]'))).toEqual([
    ['a ', 1.1],
    ['b', 1],
    [' c', 0.909091],
  ]);
});

test.each([
  '(a:1e99)',
  `(a:${'9'.repeat(400)})`,
  '('.repeat(5000) + 'a',
  `(${'('.repeat(9000)}a${')'.repeat(9000)}:0)`,
])('a weight never leaves the range from -10 to 10', (prompt) => {
  for (const { weight } of parseWeights(prompt)) expect(Math.abs(weight)).toBeLessThanOrEqual(10);
});

test.each(['(a', '(a)', '[(a:1.5', ': ', ':1', '\\', ')', '(a:1.1)b'])(
  '100,000 characters of %j are read in less than a second',
  (part) => {
    const prompt = part.repeat(100_000 / part.length);
    const before = process.cpuUsage();
    expect(parseWeights(prompt).length).toBeGreaterThan(0);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
  },
);
