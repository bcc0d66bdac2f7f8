import { latentPreview } from './latent-preview.js';

function constant(channels: readonly number[], height: number, width: number) {
  const data = Float32Array.from(channels.flatMap((value) => new Array<number>(height * width).fill(value)));
  return { dims: [1, channels.length, height, width], data };
}

describe('the preview of latents', () => {
  test('has a pixel for every latent, and at most 128 a side', () => {
    expect(latentPreview('sd', constant([0, 0, 0, 0], 48, 64))).toMatchObject({
      width: 64,
      height: 48,
      channels: 3,
    });
    expect(latentPreview('sdxl', constant([0, 0, 0, 0], 100, 300))).toMatchObject({ width: 100, height: 34 });
  });

  test('has the colour that stands for the channels', () => {
    const { data } = latentPreview('sd', constant([1, 0, 0, 0], 2, 2));
    expect([...data.subarray(0, 3)]).toEqual(
      [1.3512, 1.2297, 1.3227].map((value) => Math.round(value * 127.5)),
    );
  });

  test.each(['sd', 'lcm', 'sdxl', 'sd3', 'flux'] as const)(
    'is grey where there is nothing yet: %s',
    (family) => {
      const channels = new Array<number>(family === 'sd3' || family === 'flux' ? 16 : 4).fill(0);
      const { data } = latentPreview(family, constant(channels, 4, 4));
      for (const level of data) expect(Math.abs(level - 127)).toBeLessThan(35);
    },
  );

  test('of noise is no white and black but as bright as that of a picture', () => {
    const calm = constant([0.5, -1, 0.7, 1.2], 8, 8);
    const loud = { ...calm, data: calm.data.map((value) => value * 14) };
    const brightness = latentPreview('sd', loud).data;
    expect([...brightness]).not.toContain(0);
    expect([...brightness]).not.toContain(255);
  });

  test('is of the first picture of a batch', () => {
    const one = constant([1, 0, 0, 0], 4, 4);
    const two = {
      dims: [2, 4, 4, 4],
      data: Float32Array.of(...one.data, ...one.data.map((value) => -value)),
    };
    expect(latentPreview('sd', two)).toEqual(latentPreview('sd', one));
  });
});
