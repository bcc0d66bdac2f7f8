import { nativeCanvas, roundedDown } from './canvas.js';

const own = { width: 128, height: 128 };

describe('the canvas of a model that paints at its own size', () => {
  it.each([
    [512, 512, 128, 128],
    [1024, 512, 184, 88],
    [100, 100, 128, 128],
    [128, 128, 128, 128],
    [8192, 8, 4096, 8],
  ])('for %i × %i is %i × %i', (width, height, paintedWidth, paintedHeight) => {
    expect(nativeCanvas({ width, height }, own, 8)).toEqual({
      painted: { width: paintedWidth, height: paintedHeight },
      final: { width, height },
    });
  });

  it('keeps to the multiple that the model wants', () => {
    expect(nativeCanvas({ width: 300, height: 200 }, own, 64).painted).toEqual({ width: 128, height: 128 });
  });
});

it('a size is rounded down to what the model takes, but never to nothing', () => {
  expect(roundedDown({ width: 130, height: 7 }, 16)).toEqual({ width: 128, height: 16 });
});
