import { defineNode, Failure, port } from '@atelier/sdk';
import { type Drawing, drawingSchema } from '../drawing.js';
import { toPdf } from '../render/pdf.js';
import { toPng } from '../render/png.js';
import { toSvg } from '../render/svg.js';

export const render = defineNode({
  type: 'design.render',
  version: 1,
  title: 'Write a drawing',
  description:
    'Writes a drawing as PNG of at least 1024 pixels a side, as SVG and as PDF: all three look the same.',
  inputs: {
    drawing: port.json(),
    name: port.string({
      description: 'Of the files, without an extension',
      maxLength: 100,
      default: 'drawing',
    }),
  },
  outputs: {
    png: port.file({ accept: ['image/png'] }),
    svg: port.file({ accept: ['image/svg+xml'] }),
    pdf: port.file({ accept: ['application/pdf'] }),
  },
  examples: [
    {
      title: 'A disc on white',
      inputs: {
        drawing: {
          title: 'Disc <1>',
          width: 100,
          height: 60,
          ground: '#ffffff',
          shapes: [
            {
              group: 'mark',
              fill: '#FF5733',
              d: 'M80 30C80 46.57 66.57 60 50 60C33.43 60 20 46.57 20 30Q50 -20 80 30Z',
            },
          ],
        },
      },
    },
  ],
  async run({ drawing: given, name }, { assets, signal, progress }) {
    const drawing = read(given);
    const svg = await assets.write(Buffer.from(toSvg(drawing)), `${name}.svg`);
    progress(0.1);
    const png = await assets.write(await toPng(drawing), `${name}.png`);
    signal.throwIfAborted();
    progress(0.8);
    return { svg, png, pdf: await assets.write(await toPdf(drawing), `${name}.pdf`) };
  },
});

function read(given: unknown): Drawing {
  const { data, error } = drawingSchema.safeParse(given);
  if (data) return data;
  const problems = error.issues.slice(0, 10).map(({ path, message }) => `/${path.join('/')} ${message}`);
  throw new Failure('invalid-input', `This is not a drawing: ${problems.join('; ')}.`, { problems });
}
