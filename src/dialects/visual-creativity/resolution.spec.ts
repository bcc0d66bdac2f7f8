import { paintedSize, sizeOf } from './canvas.js';
import { readResolution } from './resolution.js';

const size = (width: number, height = width) => ({ width, height });

describe('a resolution', () => {
  it.each([
    ['1024x1024', size(1024)],
    ['1024X768', size(1024, 768)],
    [' 1024 × 768 px ', size(1024, 768)],
    ['1024*768', size(1024, 768)],
    ['1024 by 768', size(1024, 768)],
    ['512', size(512)],
    [512, size(512)],
    ['512px', size(512)],
    ['HD', size(1280, 720)],
    ['Full-HD', size(1920, 1080)],
    ['1080p', size(1920, 1080)],
    ['4K', size(3840, 2160)],
    ['16:9', { ratio: 16 / 9 }],
    ['2.39:1', { ratio: 2.39 }],
    ['3/4', { ratio: 3 / 4 }],
    ['Square', { ratio: 1 }],
    ['portrait', { ratio: 3 / 4 }],
  ])('written “%s” is %j', (text, meant) => {
    expect(readResolution(text)).toEqual(meant);
  });

  it.each([
    '',
    'string',
    '-1',
    '1e3',
    '16:0',
    '0:0',
    'x',
    '1024x',
    'NaN',
    -5,
    0.5,
    NaN,
    'constructor',
    '9'.repeat(50),
  ])('written “%s” is none', (text) => expect(readResolution(text)).toBeUndefined());
});

describe('the size of a picture', () => {
  const painter = { own: size(512), multiple: 64, maxSide: Infinity, isEnlarged: false };

  it('is what the model usually paints where nothing is said', () => {
    expect(sizeOf(undefined, painter)).toEqual(size(512));
  });

  it('has about as many pixels as that where proportions are given', () => {
    expect(sizeOf({ ratio: 16 / 9 }, painter)).toEqual(size(680, 384));
  });

  it.each([
    ['is painted as it is, where the model can', size(768, 512), size(768, 512)],
    ['is painted in the nearest size that the model takes', size(500, 300), size(512, 320)],
    ['is painted smaller where the model would repeat itself', size(3840, 2160), size(1344, 768)],
  ])('%s', (_, asked, painted) => {
    expect(paintedSize(asked, painter)).toEqual(painted);
  });

  it('stays within the largest side of the model', () => {
    expect(paintedSize(size(1000, 500), { ...painter, maxSide: 512 })).toEqual(size(512, 256));
  });

  it('is left to what enlarges pictures, where the model asks for that', () => {
    expect(paintedSize(size(1000, 500), { ...painter, isEnlarged: true })).toEqual(size(1000, 500));
  });
});
