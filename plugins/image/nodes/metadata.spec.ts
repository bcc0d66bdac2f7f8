import { createTestContext, runNode, type TestContext } from '@atelier/sdk/testing';
import sharp from 'sharp';
import { plain } from '../../../test/pictures/draw.js';
import { open } from '../pixels.js';
import { metadata } from './metadata.js';

let ctx: TestContext;
beforeEach(() => {
  ctx = createTestContext();
});
afterEach(() => ctx.close());

describe('image.metadata', () => {
  it('tells the size of the upright picture and what the file holds', async () => {
    const bytes = await open(plain(40, 30, [1, 2, 3]))
      .jpeg({ quality: 80 })
      .withMetadata({ orientation: 6, density: 300 })
      .toBuffer();
    const file = await ctx.assets.write(bytes, 'photo.jpg');
    const { width, height, format, metadata: description } = await runNode(metadata, { file }, ctx);

    expect([width, height, format]).toEqual([30, 40, 'jpeg']);
    expect(description).toEqual({
      width: 30,
      height: 40,
      format: 'jpeg',
      bytes: bytes.length,
      colourSpace: 'srgb',
      channels: 3,
      depth: 'uchar',
      alpha: false,
      palette: false,
      progressive: false,
      orientation: 6,
      frames: 1,
      density: 300,
      chromaSubsampling: '4:2:0',
      holds: { exif: true, iccProfile: true, iptc: false, xmp: false },
    });
  });

  it('tells the frames of an animation and how long each is shown', async () => {
    const frames = await Promise.all(
      [1, 200].map((value) =>
        open(plain(8, 6, [value, 0, 0]))
          .png()
          .toBuffer(),
      ),
    );
    const bytes = await sharp(frames, { join: { animated: true } })
      .gif({ delay: [100, 250], loop: 3 })
      .toBuffer();
    const file = await ctx.assets.write(bytes, 'a.gif');
    const { height, metadata: description } = await runNode(metadata, { file }, ctx);

    expect(height).toBe(6);
    expect(description).toMatchObject({ frames: 2, delaysMs: [100, 250], loop: 3 });
  });

  it('refuses what is not a picture', async () => {
    const file = { ...(await ctx.assets.write(Buffer.from('no picture'), 'a.png')), mediaType: 'image/png' };

    await expect(runNode(metadata, { file }, ctx)).rejects.toMatchObject({ code: 'unsupported-media' });
  });
});
