import { readFormat } from './formats.js';

it.each([
  ['png', 'png'],
  ['PNG', 'png'],
  ['.png', 'png'],
  [' Png ', 'png'],
  ['jpg', 'jpeg'],
  ['.JPEG', 'jpeg'],
  ['image/jpeg', 'jpeg'],
  ['Image/JPG', 'jpeg'],
  ['web-p', 'webp'],
  ['tif', 'tiff'],
  ['bmp', undefined],
  ['', undefined],
  ['constructor', undefined],
])('the format “%s” is %s', (word, format) => {
  expect(readFormat(word)).toBe(format);
});
