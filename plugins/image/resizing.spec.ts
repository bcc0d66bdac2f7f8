import { open, solid } from './pixels.js';
import { resizing, type SizeRequest } from './resizing.js';

const request = (some: Partial<SizeRequest>): SizeRequest => ({
  width: 0,
  height: 0,
  fit: 'cover',
  background: '#00000000',
  without_enlargement: false,
  ...some,
});

describe('how a picture is resized', () => {
  const sources = [
    { width: 40, height: 30 },
    { width: 30, height: 40 },
    { width: 1, height: 1 },
    { width: 97, height: 3 },
    { width: 2, height: 199 },
  ];
  const sides = [
    { width: 20, height: 20 },
    { width: 64, height: 16 },
    { width: 35, height: 500 },
    { width: 13, height: 0 },
    { width: 0, height: 55 },
  ];
  const requests = sides.flatMap((side) =>
    (['cover', 'contain', 'fill', 'inside', 'outside'] as const).flatMap((fit) =>
      [false, true].map((without_enlargement) => request({ ...side, fit, without_enlargement })),
    ),
  );

  it.each(sources)('foretells the size that sharp makes of $width × $height', async (source) => {
    const picture = solid(source, '#336699');
    for (const asked of requests) {
      const { size, options } = resizing(source, asked) ?? { size: source, options: {} };
      const { info } = await open(picture).resize(options).raw().toBuffer({ resolveWithObject: true });

      expect({ asked, width: info.width, height: info.height }).toEqual({ asked, ...size });
    }
  });

  it.each([
    { ask: { width: 20, height: 20 }, gives: [20, 20] },
    { ask: { width: 20, height: 20, fit: 'contain' }, gives: [20, 20] },
    { ask: { width: 80, height: 20, fit: 'fill' }, gives: [80, 20] },
    { ask: { width: 20, height: 20, fit: 'inside' }, gives: [20, 15] },
    { ask: { width: 20, height: 20, fit: 'outside' }, gives: [27, 20] },
    { ask: { width: 20 }, gives: [20, 15] },
    { ask: { height: 60, fit: 'fill' }, gives: [80, 60] },
    { ask: { width: 80, height: 20, without_enlargement: true }, gives: [40, 20] },
    { ask: { width: 80, height: 80, fit: 'contain', without_enlargement: true }, gives: [80, 80] },
  ] as const)('gives 40 × 30 pixels the size $gives for $ask', ({ ask, gives }) => {
    const { size } = resizing({ width: 40, height: 30 }, request(ask)) ?? {};

    expect([size?.width, size?.height]).toEqual(gives);
  });

  it.each([{}, { width: 40 }, { width: 40, height: 30 }, { width: 99, without_enlargement: true }])(
    'does nothing to 40 × 30 pixels for %j',
    (ask) => {
      expect(resizing({ width: 40, height: 30 }, request(ask))).toBeUndefined();
    },
  );

  it('refuses to let a side that follows the other become longer than 16384', () => {
    const thin = { width: 16_384, height: 1 };
    const tall = request({ height: 100 });

    expect(() => resizing(thin, tall)).toThrow(/1638400 × 100 pixels, and a side can have 16384/);
    expect(() => resizing(thin, { ...tall, width: 100, fit: 'outside' })).toThrow(/1638400/);
    expect(resizing(thin, { ...tall, width: 100, fit: 'inside' })?.size).toEqual({ width: 100, height: 1 });
  });

  it('lets a side stay above 16384 when the picture gets smaller', () => {
    const { size } = resizing({ width: 40_000, height: 2000 }, request({ height: 1000 })) ?? {};

    expect(size).toEqual({ width: 20_000, height: 1000 });
  });
});

describe('a picture of one colour', () => {
  it('has alpha only where the colour lets the ground through', () => {
    expect(solid({ width: 2, height: 1 }, '#0a0b0c')).toEqual({
      width: 2,
      height: 1,
      channels: 3,
      data: new Uint8Array([10, 11, 12, 10, 11, 12]),
    });
    expect(solid({ width: 1, height: 1 }, '#0a0b0c80').data).toEqual(new Uint8Array([10, 11, 12, 128]));
    expect(solid({ width: 1, height: 1 }, '#0A0B0CFF').channels).toBe(3);
  });
});
