import { messageOf, stackOf } from './thrown.js';

describe('messageOf', () => {
  it.each([
    [new Error('the brush is broken'), 'the brush is broken'],
    [
      new Error("ENOENT: no such file, open '/home/a/secret/brush.bin'"),
      "ENOENT: no such file, open 'brush.bin'",
    ],
    [new Error('Cannot find module file:///srv/atelier/plugins/x/index.ts'), 'Cannot find module index.ts'],
    [new Error('bad file C:\\Users\\a\\brush.bin.'), 'bad file brush.bin.'],
    [
      new Error('see https://example.org/a/b for 1/2 and a/b/c'),
      'see https://example.org/a/b for 1/2 and a/b/c',
    ],
    [new Error('first\n    at run (/x/y.ts:1:2)'), 'first'],
    [new TypeError(''), 'TypeError'],
    ['just text', 'just text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('mark'), 'Symbol(mark)'],
    [{ message: 7 }, '[object Object]'],
    [Object.create(null), 'something that cannot be shown was thrown'],
  ])('says what %p says', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });

  it('cuts what is endless', () => {
    expect(messageOf(new Error('x'.repeat(1e6)))).toHaveLength(1000);
  });
});

describe('stackOf', () => {
  it('gives the stack of an error, and the text of anything else', () => {
    expect(stackOf(new Error('deep'))).toMatch(/^Error: deep\n +at /);
    expect(stackOf('text')).toBe('text');
    expect(stackOf({ stack: 1 })).toBe('[object Object]');
  });
});
