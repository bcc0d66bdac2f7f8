import type { Drawing } from '../drawing.js';

/** One page as large as the drawing, filled outlines in RGB; no font is needed to show it. */
export async function toPdf({ title, width, height, ground, shapes }: Drawing): Promise<Uint8Array> {
  // Every worker loads every plugin, and most write no PDF.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: [width, height],
    margin: 0,
    // The time of making would be part of the file, and the same logo is to be the same file.
    info: { Title: title, CreationDate: new Date(0), ModDate: new Date(0) },
  });
  const parts: Uint8Array[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    document
      .on('data', (part: Uint8Array) => parts.push(part))
      .on('end', resolve)
      .on('error', reject);
  });
  if (ground !== null) document.rect(0, 0, width, height).fill(ground);
  for (const { fill, d } of shapes) document.path(d).fill(fill);
  document.end();
  await finished;
  return Buffer.concat(parts);
}
