import { nearest, suggestion } from './nearest.js';

describe('the nearest word', () => {
  const known = ['image', 'mask', 'radius', 'negative_prompt'];

  it.each([
    ['imge', 'image'],
    ['Image', 'image'],
    ['radious', 'radius'],
    ['negativ_promt', 'negative_prompt'],
    ['msk', 'mask'],
  ])('to %s is %s', (word, meant) => {
    expect(nearest(word, known)).toBe(meant);
  });

  it.each(['', 'video', 'x', 'completely different'])('to “%s” is none', (word) => {
    expect(nearest(word, known)).toBeUndefined();
  });

  it('is the first of those that are equally near', () => {
    expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
  });

  it('is not looked for when a word is too long to be a slip', () => {
    expect(nearest('a'.repeat(1_000_000), ['a'])).toBeUndefined();
  });

  it('is put as a question, or not at all', () => {
    expect(suggestion('imge', known)).toBe('; did you mean “image”?');
    expect(suggestion('video', known)).toBe('');
  });
});
