const signatures: readonly [mediaType: string, at: number, bytes: string][] = [
  ['image/png', 0, '\x89PNG'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/avif', 4, 'ftypavif'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
  ['video/mp4', 4, 'ftyp'],
  ['video/webm', 0, '\x1aE\xdf\xa3'],
  ['video/x-yuv4mpeg', 0, 'YUV4MPEG2'],
  ['audio/wav', 8, 'WAVE'],
  ['audio/mpeg', 0, 'ID3'],
  ['audio/ogg', 0, 'OggS'],
  ['application/pdf', 0, '%PDF'],
  ['application/zip', 0, 'PK\x03\x04'],
];

/** What bytes are, from those they begin with: the types that nodes usually write. */
export function mediaTypeOf(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const found = signatures.find(([, at, signature]) => start.startsWith(signature, at));
  if (found) return found[0];
  if (/^\s*(?:<\?xml[^]*)?<svg/.test(start)) return 'image/svg+xml';
  if (/^\s*[[{]/.test(start)) return 'application/json';
  return start.includes('\0') ? 'application/octet-stream' : 'text/plain';
}
