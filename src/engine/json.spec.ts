import { Failure, type Json } from '@atelier/sdk';
import * as fc from 'fast-check';
import { processorMs } from '../../test/conformance/processor-time.js';
import { canonicalJson, isShallow, maxJsonDepth, parseJson, sameJson } from './json.js';

function failureOf(text: string): Failure {
  try {
    parseJson(text);
  } catch (error) {
    if (Failure.is(error)) return error;
    throw error;
  }
  throw new Error(`${text} was accepted.`);
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('reading JSON', () => {
  it('keeps integers that a double cannot hold as decimal strings', () => {
    expect(parseJson('{"seed": 18446744073709551615, "low": -9223372036854775808}')).toEqual({
      seed: '18446744073709551615',
      low: '-9223372036854775808',
    });
  });

  it('keeps integers up to 2^53 − 1 as numbers', () => {
    expect(parseJson('[9007199254740991, -9007199254740991, 9007199254740992]')).toEqual([
      9007199254740991,
      -9007199254740991,
      '9007199254740992',
    ]);
  });

  it('leaves digits inside strings, fractions and exponents alone', () => {
    const text = '["12345678901234567890", "a\\"12345678901234567890", 0.12345678901234567890, 1e20]';
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        if (text.includes('__proto__')) return;
        const expected = JSON.parse(text, (_, child: unknown) =>
          Number.isInteger(child) && !Number.isSafeInteger(child) && !/[eE]/.test(String(child))
            ? String(child)
            : child,
        ) as Json;
        expect(parseJson(text)).toEqual(expected);
      }),
    );
  });

  it('accepts exactly what JSON.parse accepts, apart from its documented refusals', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b\\u0063"',
      '1',
      '-',
      '"',
      '\\',
      'tru',
      'null',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          expect(failureOf(text).code).toBe('invalid-input');
          return;
        }
        try {
          expect(parseJson(text)).toEqual(expected);
        } catch (error) {
          expect((error as Error).message).toMatch(/appears twice/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('says at which line and column the text stops being JSON', () => {
    const failure = failureOf('{\n  "a": 1,\n  "b": oops\n}');
    expect(failure.code).toBe('invalid-input');
    expect(failure.details).toEqual({ line: 3, column: 8 });
    expect(failure.message).toMatch(/^The text is not JSON: .* \(line 3, column 8\)\.$/);
  });

  it('refuses an empty text', () => {
    expect(failureOf('').details).toEqual({ line: 1, column: 1 });
  });

  it('refuses a long integer where a key must stand', () => {
    expect(failureOf('{12345678901234567890: 1}').code).toBe('invalid-input');
  });

  it('refuses a repeated key at its place, also when it is written with escapes', () => {
    expect(failureOf('{"a": 1, "b": {"a": 2}, "a": 1}').details).toEqual({ line: 1, column: 25 });
    expect(failureOf('{"a": 1, "\\u0061": 2}').message).toMatch(/appears twice/);
  });

  it('lets the same key stand in neighbouring objects', () => {
    expect(parseJson('[{"a": 1}, {"a": 2}]')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('refuses the key __proto__, also when it is written with escapes', () => {
    expect(failureOf('{"__proto__": {"admin": true}}').message).toMatch(/"__proto__" is not allowed/);
    expect(failureOf('{"\\u005f_proto__": 1}').message).toMatch(/"__proto__" is not allowed/);
    expect(parseJson('["__proto__"]')).toEqual(['__proto__']);
  });

  it('refuses a number that no double can hold', () => {
    expect(failureOf('[1e400]').message).toMatch(/too large/);
  });

  it('accepts the deepest nesting allowed and refuses one level more', () => {
    expect(parseJson(nested(maxJsonDepth))).toBeDefined();
    expect(failureOf(nested(maxJsonDepth + 1)).details).toEqual({ line: 1, column: maxJsonDepth + 1 });
  });

  it('refuses a hundred thousand levels without overflowing the stack', () => {
    expect(failureOf('['.repeat(100_000)).message).toMatch(/nested deeper than 64 levels/);
  });

  it('reads ten megabytes of text, of backslashes and of digits in well under a second each', () => {
    for (const text of [
      JSON.stringify('x'.repeat(1e7)),
      JSON.stringify('\\'.repeat(5e6)),
      JSON.stringify('"'.repeat(5e6)),
      `[${'1'.repeat(1e6)},${'12345678901234567890,'.repeat(100_000)}1]`,
    ]) {
      expect(processorMs(() => void parseJson(text))).toBeLessThan(900);
    }
  });
});

describe('the depth of a value', () => {
  it('is shallow up to the limit', () => {
    expect(isShallow(JSON.parse(nested(maxJsonDepth)))).toBe(true);
    expect(isShallow(JSON.parse(nested(maxJsonDepth + 1)))).toBe(false);
  });

  it('is never shallow for a value that holds itself', () => {
    const own: unknown[] = [];
    own.push(own);
    expect(isShallow(own)).toBe(false);
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: 2, c: 3 }], a: null })).toBe('{"a":null,"b":[1,{"c":3,"d":2}]}');
    expect(sameJson({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
  });

  it('tells values of different types apart', () => {
    expect(sameJson('1', 1)).toBe(false);
    expect(sameJson([], {})).toBe(false);
  });
});
