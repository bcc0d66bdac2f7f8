import { sniffBytes, sniffMediaType } from './media-type.js';

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';

describe('sniffMediaType', () => {
  it.each([
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'image/png'],
    ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex'), 'image/jpeg'],
    ['a PDF', Buffer.from('%PDF-1.7\n'), 'application/pdf'],
    [
      'an MP4',
      Buffer.from('0000001866747970 69736f6d 0000020069736f6d'.replaceAll(' ', ''), 'hex'),
      'video/mp4',
    ],
    ['an SVG', Buffer.from(svg), 'image/svg+xml'],
    [
      'an SVG behind a declaration',
      Buffer.from(
        `<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n${svg}`,
      ),
      'image/svg+xml',
    ],
    ['an SVG behind entities', Buffer.from(`<!DOCTYPE svg [<!ENTITY a "b">]>${svg}`), 'image/svg+xml'],
    ['an SVG with a byte order mark', Buffer.from(`\ufeff ${svg}`), 'image/svg+xml'],
    ['HTML', Buffer.from('<!DOCTYPE html><title>x</title>'), 'text/html'],
    ['HTML that speaks of SVG', Buffer.from(`<html>${svg}</html>`), 'text/html'],
    ['XML', Buffer.from('<?xml version="1.0"?><feed/>'), 'application/xml'],
    ['JSON', Buffer.from(' {"a": [1]}\n'), 'application/json'],
    ['text that begins like JSON', Buffer.from('[see page 3'), 'text/plain'],
    ['text', Buffer.from('Grüße'), 'text/plain'],
    ['text of another encoding', Buffer.from('Gr\xfc\xdfe', 'latin1'), 'application/octet-stream'],
    ['bytes', Buffer.from([0, 1, 2, 3]), 'application/octet-stream'],
    ['nothing', Buffer.alloc(0), 'application/octet-stream'],
  ])('recognises %s', async (_name, bytes, mediaType) => {
    expect(await sniffMediaType(bytes, true)).toBe(mediaType);
  });

  it('is not led astray by a character that the head cuts in two', async () => {
    const head = Buffer.from(`${'a'.repeat(sniffBytes - 1)}ü`).subarray(0, sniffBytes);
    expect(await sniffMediaType(head, false)).toBe('text/plain');
    expect(await sniffMediaType(head, true)).toBe('application/octet-stream');
  });

  it('knows long JSON by its beginning', async () => {
    const head = Buffer.from(`{"list": [${'1,'.repeat(sniffBytes)}`).subarray(0, sniffBytes);
    expect(await sniffMediaType(head, false)).toBe('application/json');
  });
});
