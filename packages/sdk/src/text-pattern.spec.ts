import fc from 'fast-check';
import { compilePattern, maxPatternLength } from './text-pattern.js';

const patterns = [
  '',
  '^$',
  'abc',
  '^a+b*c?$',
  '^(?:ab|a)(?:c|bcd)$',
  '^[a-c]{2,3}$',
  '^[^a-c]+$',
  '^a{2}$',
  '^a{2,}$',
  '^a{0,2}b{0}$',
  '^(a|b)*abb$',
  '(^a|b$)',
  '^\\d\\w\\s$',
  '[\\]\\-^]',
  '^.$',
  '^\\u0061\\x62\\u{63}$',
  '^\\p{Lu}\\P{L}$',
  '^(?:a?){3}a{3}$',
  '^(?:a*)*b$',
  '^a*?b+?c??$',
  '\\.\\*\\/',
  '^(?:|a)+$',
  '^😀+$',
  '^\\ud83d\\ude00$',
  'a|b|',
  '(?:$)',
];

describe('a pattern', () => {
  it.each(patterns)('%j matches the texts that the matcher of JavaScript does', (pattern) => {
    const matches = compilePattern(pattern);
    const expected = new RegExp(pattern, 'u');
    const character = fc.constantFrom(...'abcdA1 -^].*/\n😀');
    const text = fc.array(character, { maxLength: 8 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(text, (candidate) => expect(matches(candidate)).toBe(expected.test(candidate))),
      { numRuns: 100 },
    );
  });

  it('made at random matches the texts that the matcher of JavaScript does', () => {
    const pattern = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '^', '$', ''),
        fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}${other}`),
        fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}'))
          .map(([one, quantifier]) => `(${one})${quantifier}`),
      ),
    })).pattern;
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (source, candidate) => {
        fc.pre(source.length <= maxPatternLength);
        expect(compilePattern(source)(candidate)).toBe(new RegExp(source, 'u').test(candidate));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['^(a+)+$', `${'a'.repeat(4000)}!`],
    ['^(a|a)*$', `${'a'.repeat(4000)}!`],
    ['^(.*)*x$', 'a'.repeat(4000)],
    ['a*a*a*a*a*a*a*a*b', 'a'.repeat(4000)],
    ['^(?:a?){90}a{90}$', 'a'.repeat(89)],
    ['(?:[^b]?){240}bc', 'a'.repeat(4096)],
  ])('%j is held against a text that takes others exponential time, at once', (pattern, text) => {
    const started = performance.now();
    expect(compilePattern(pattern)(text)).toBe(false);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it.each([
    ['(', /valid regular expression/],
    ['[b-a]', /valid regular expression/],
    ['a{2,1}', /valid regular expression/],
    ['(?=a)', /look-around/],
    ['(?<!a)', /look-around/],
    ['(?<name>a)', /named groups/],
    ['(a)\\1', /back references/],
    ['\\bword', /\\b/],
    ['a'.repeat(maxPatternLength + 1), /longer than 200/],
    ['(a{100}){100}', /maxLength/],
    ['(a{0,999999999}){0,999999999}', /maxLength/],
  ])('%j is refused with the reason', (pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(reason);
  });

  it('that repeats nothing without end is compiled at once', () => {
    expect(compilePattern('^(){999999999}(()*)*$')('')).toBe(true);
  });
});
