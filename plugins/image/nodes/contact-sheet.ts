import { defineNode, Failure, type Image, port } from '@atelier/sdk';
import { drawLine, dye } from '../lettering.js';
import { type Layer, overlay } from '../overlay.js';
import { maxPixels } from '../picture-file.js';
import { maxSide, open, rgba, type Size, solid, take, workingMiB } from '../pixels.js';

export const contactSheet = defineNode({
  type: 'image.contact_sheet',
  version: 1,
  title: 'Contact sheet',
  description:
    'Puts pictures in rows of equal cells, reduced to fit, each above its caption or, without captions, centred. Smaller pictures keep their size.',
  inputs: {
    images: port.list(port.image(), { minItems: 1, maxItems: 400 }),
    columns: port.optional(
      port.integer({ min: 1, max: 100, description: 'Left out, there are about as many columns as rows' }),
    ),
    cell_width: port.integer({ min: 16, max: 2048, default: 320 }),
    cell_height: port.integer({ min: 16, max: 2048, default: 240 }),
    gap: port.integer({ min: 0, max: 512, default: 24, description: 'Pixels between cells and around them' }),
    background: port.colour({ default: '#ffffff' }),
    captions: port.optional(
      port.list(port.string({ maxLength: 300 }), {
        description: 'One for each picture; left out or empty, there are none',
      }),
    ),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB: 4 * workingMiB },
  examples: [
    { title: 'Small cells', inputs: { cell_width: 40, cell_height: 30, gap: 6 } },
    { title: 'One below the other, named', inputs: { columns: 1, captions: ['Dawn', 'Dusk'] } },
  ],
  async run({ images, columns, captions = [], ...style }, ctx) {
    const sheet = layOut(images.length, columns, captions.length, style);
    const layers: Layer[] = [];
    for (const [at, image] of images.entries()) {
      ctx.signal.throwIfAborted();
      const cell = cellOf(sheet, at);
      layers.push(hung(await reduced(image, cell), sheet, cell));
      layers.push(...(await caption(captions[at] ?? '', sheet, cell, style.background)));
      ctx.progress((0.9 * (at + 1)) / images.length);
    }
    return { image: await overlay(solid(sheet, style.background), layers) };
  },
});

interface Sheet extends Size {
  columns: number;
  cell: Size;
  gap: number;
  /** of the captions' letters, in pixels */
  letters: number;
  /** rows below a cell that hold its caption */
  strip: number;
}

interface Cell extends Size {
  left: number;
  top: number;
}

interface Style {
  cell_width: number;
  cell_height: number;
  gap: number;
}

function layOut(pictures: number, wanted: number | undefined, captions: number, style: Style): Sheet {
  if (captions > 0 && captions !== pictures) {
    const message = `There are ${captions} captions for ${pictures} pictures; give one for each, or none.`;
    throw new Failure('invalid-input', message, { captions, pictures });
  }
  const { cell_width: width, cell_height: height, gap } = style;
  const columns = Math.min(pictures, wanted ?? Math.ceil(Math.sqrt(pictures)));
  const rows = Math.ceil(pictures / columns);
  const letters = Math.min(32, Math.max(10, Math.round(width / 22)));
  const strip = captions > 0 ? 2 * letters : 0;
  const size = { width: gap + columns * (width + gap), height: gap + rows * (height + strip + gap) };
  refuseLarge(size);
  return { ...size, columns, cell: { width, height }, gap, letters, strip };
}

function refuseLarge({ width, height }: Size): void {
  if (Math.max(width, height) <= maxSide && width * height <= maxPixels) return;
  throw new Failure(
    'invalid-input',
    `The sheet would have ${width} × ${height} pixels; at most ${maxSide} a side and ${maxPixels / 1e6} million in all are made. Make the cells smaller.`,
    { width, height, maxSide, maxPixels },
  );
}

function cellOf({ columns, cell, gap, strip }: Sheet, at: number): Cell {
  const [column, row] = [at % columns, Math.floor(at / columns)];
  return { ...cell, left: gap + column * (cell.width + gap), top: gap + row * (cell.height + strip + gap) };
}

async function reduced(image: Image, { width, height }: Size): Promise<Image> {
  if (image.width <= width && image.height <= height) return image;
  return take(open(image).resize({ width, height, fit: 'inside' }));
}

/** In the middle of its cell, or at its lower edge where a caption follows. */
function hung(image: Image, { strip }: Sheet, { left, top, width, height }: Cell): Layer {
  const space = height - image.height;
  return {
    image,
    left: left + Math.round((width - image.width) / 2),
    top: top + (strip > 0 ? space : Math.round(space / 2)),
  };
}

async function caption(text: string, { letters }: Sheet, cell: Cell, background: string): Promise<Layer[]> {
  const line = await drawLine(text, 'sans', letters, cell.width);
  if (!line) return [];
  return [
    {
      image: dye(line, isDark(background) ? '#dddddd' : '#444444'),
      left: cell.left + Math.round((cell.width - line.width) / 2),
      top: cell.top + cell.height + Math.round(letters / 2),
    },
  ];
}

/** By the luma of Rec. 601; a ground that one sees through counts as light. */
function isDark(colour: string): boolean {
  const [red, green, blue, alpha] = rgba(colour);
  return alpha > 127 && 0.299 * red + 0.587 * green + 0.114 * blue < 128;
}
