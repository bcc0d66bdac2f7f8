import sharp from 'sharp';
import { encodePng } from './png.js';
import { createTestContext } from './context.js';

describe('the PNG encoder of the tests', () => {
  it.each([3, 4] as const)(
    'writes a picture of %d channels that a decoder reads pixel by pixel',
    async (channels) => {
      const ctx = createTestContext();
      const image = ctx.samples.image({ width: 13, height: 7, channels });
      await ctx.close();
      const { data, info } = await sharp(encodePng(image)).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 13, height: 7, channels });
      expect(Buffer.compare(data, image.data)).toBe(0);
    },
  );
});
