import { createTestContext, runNode, type TestContext } from '@atelier/sdk/testing';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import type { Drawing } from '../drawing.js';
import { logo } from './logo.js';
import { render } from './render.js';

let ctx: TestContext;
beforeEach(() => {
  ctx = createTestContext();
});
afterEach(() => ctx.close());

let library: PDFiumLibrary;
beforeAll(async () => {
  library = await PDFiumLibrary.init();
});
afterAll(() => library.destroy());

const disc: Drawing = {
  title: 'Salt & <b>Pepper</b>',
  width: 100,
  height: 50,
  ground: '#ffffff',
  shapes: [{ group: 'mark', fill: '#FF5733', d: 'M10 10L90 10L90 40L10 40Z' }],
};

async function rendered(drawing: unknown) {
  const { png, svg, pdf } = await runNode(render, { drawing: drawing as Drawing, name: 'logo' }, ctx);
  const [pngBytes, svgBytes, pdfBytes] = await Promise.all(
    [png, svg, pdf].map((file) => ctx.assets.read(file)),
  );
  return {
    files: [png, svg, pdf],
    png: pngBytes!,
    svg: Buffer.from(svgBytes!).toString(),
    pdf: pdfBytes!,
  };
}

interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

async function pixelsOf(picture: Uint8Array, width: number): Promise<Pixels> {
  const { data, info } = await sharp(picture)
    .resize(width)
    .flatten({ background: '#ffffff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** The page as PDFium, the reader of Chromium, shows it. */
async function page(pdf: Uint8Array): Promise<Uint8Array> {
  const document = await library.loadDocument(Buffer.from(pdf));
  expect(document.getPageCount()).toBe(1);
  const { data } = await document.getPage(0).render({
    scale: 1,
    render: ({ data, width, height }) =>
      sharp(data, { raw: { width, height, channels: 4 } })
        .png()
        .toBuffer(),
  });
  document.destroy();
  return data;
}

/** The mean difference of two pictures, 0 to 255. */
function difference(one: Pixels, other: Pixels): number {
  expect([one.width, one.height]).toEqual([other.width, other.height]);
  return one.data.reduce((sum, value, at) => sum + Math.abs(value - other.data[at]!), 0) / one.data.length;
}

describe('a drawing', () => {
  it('becomes three files with a name and a type each', async () => {
    const { files } = await rendered(disc);
    expect(files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['logo.png', 'image/png'],
      ['logo.svg', 'image/svg+xml'],
      ['logo.pdf', 'application/pdf'],
    ]);
  });

  it('has at least 1024 pixels a side as PNG, in exactly its colours', async () => {
    const { png } = await rendered(disc);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([2048, 1024]);
    const at = (512 * info.width + 1024) * info.channels;
    expect([...data.subarray(at, at + 3)]).toEqual([0xff, 0x57, 0x33]);
  });

  it('is transparent without a ground', async () => {
    const { png, svg } = await rendered({ ...disc, ground: null });
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([info.channels, data[3]]).toEqual([4, 0]);
    expect(svg).not.toContain('<rect');
  });

  it('is SVG whose title is text, whatever it holds, and whose colours are as written', async () => {
    const { svg } = await rendered(disc);
    expect(svg).toContain('<title>Salt &amp; &lt;b&gt;Pepper&lt;/b&gt;</title>');
    expect(svg).toContain('<path fill="#FF5733" d="M10 10L90 10L90 40L10 40Z"/>');
    expect((await sharp(Buffer.from(svg)).metadata()).format).toBe('svg');
    expect(svg).not.toMatch(/script|href|style|url\(|font/i);
  });

  it.each([
    [{}, '/title'],
    [{ ...disc, ground: 'url(#x)' }, '/ground'],
    [{ ...disc, width: 1e9 }, '/width'],
    [{ ...disc, shapes: [{ group: 'mark', fill: '#fff" onload="x', d: 'M0 0Z' }] }, '/shapes/0/fill'],
    [{ ...disc, shapes: [{ group: 'mark', fill: '#ffffff', d: 'M0 0"/><script/>' }] }, '/shapes/0/d'],
    [{ ...disc, shapes: [{ group: 'mark', fill: '#ffffff', d: 'M0 0C1 2 3Z' }] }, '/shapes/0/d'],
    [[1], '/'],
    [null, '/'],
  ])('that is none, as %j, is refused with its place', async (drawing, place) => {
    await expect(rendered(drawing)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining(`: ${place}`),
    });
  });
});

it.each([
  ['vintage', 'badge'],
  ['playful', 'tiles'],
  ['elegant', 'frame'],
  ['tech', 'side'],
] as const)(
  'a logo in the style %s and the layout %s looks the same in all three formats',
  async (style, layout) => {
    const { drawing } = await runNode(logo, { text: 'Café Zoë', style, layout, seed: 4n }, ctx);
    const files = await rendered(drawing);
    const { width } = drawing as Drawing;
    const png = await pixelsOf(files.png, width);
    expect(difference(png, await pixelsOf(Buffer.from(files.svg), width))).toBeLessThan(1);
    expect(difference(png, await pixelsOf(await page(files.pdf), width))).toBeLessThan(1);
  },
);
