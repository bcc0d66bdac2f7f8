import fc from 'fast-check';
import { cleanLine, cleanText } from './clean-text.js';

describe('cleanLine', () => {
  it.each([
    ['My New Project', 'My New Project'],
    ['  two\r\n lines\t', 'two lines'],
    ['写真 👩‍🎨', '写真 👩‍🎨'],
    ['e\u0301', '\u00e9'],
    ['a\0b\x1b[31m', 'ab[31m'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['half \ud83d of one', 'half of one'],
    ['\u200b\u00a0\u2060', ''],
    ['', ''],
  ])('makes of %j the line %j', (given, expected) => {
    expect(cleanLine(given)).toBe(expected);
  });
});

describe('cleanText', () => {
  it('keeps lines and tabs', () => {
    expect(cleanText('one\r\ntwo\rthree\n\tfour\n')).toBe('one\ntwo\nthree\n\tfour');
  });

  it('makes of any text one that has UTF-8, no controls, and stays the same when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        const text = cleanText(given);
        expect(Buffer.from(text).toString()).toBe(text);
        expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f]/);
        expect(cleanText(text)).toBe(text);
        expect(cleanLine(cleanLine(given))).toBe(cleanLine(given));
      }),
    );
  });
});
