import { tilesOf } from './tiles.js';

describe('the tiles of a picture', () => {
  it.each([
    [56, 40, 32, 8],
    [7, 300, 96, 16],
    [1, 1, 256, 32],
    [257, 255, 256, 0],
    [1000, 31, 64, 16],
  ])('of %i × %i cover each pixel once and see what lies around it', (width, height, side, margin) => {
    const covered = new Uint8Array(width * height);
    for (const { core, seen } of tilesOf({ width, height }, side, margin)) {
      for (let y = core.top; y < core.top + core.height; y++)
        for (let x = core.left; x < core.left + core.width; x++) covered[y * width + x]! += 1;
      expect([seen.width, seen.height]).toEqual([Math.min(side, width), Math.min(side, height)]);
      expect(core.left - seen.left).toBeGreaterThanOrEqual(Math.min(margin, core.left));
      expect(core.top - seen.top).toBeGreaterThanOrEqual(Math.min(margin, core.top));
      const [right, below] = [width - core.left - core.width, height - core.top - core.height];
      expect(seen.left + seen.width - core.left - core.width).toBeGreaterThanOrEqual(Math.min(margin, right));
      expect(seen.top + seen.height - core.top - core.height).toBeGreaterThanOrEqual(Math.min(margin, below));
    }
    expect(covered.every((times) => times === 1)).toBe(true);
  });

  it('have cores of about the same size', () => {
    const widths = tilesOf({ width: 101, height: 1 }, 50, 4).map(({ core }) => core.width);
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(1);
  });
});
