import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A blob that is sent under a name. */
export interface SentFile {
  /** another one for other bytes; of a blob, its SHA-256 */
  version: string;
  bytes: number;
  mediaType: string;
  name: string;
  /** the bytes from `start` to `end`, both inclusive */
  read(range: ByteRange): Promise<Readable>;
}

/** Positions of bytes, both inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Sends a file, or the part of it that is asked for, or 304 when the client has it already: its version is the ETag. What a
 * browser would run as a page of ours (SVG, HTML, XML) goes out as a download, without rights.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: SentFile,
): Promise<FastifyReply> {
  const etag = `"${file.version}"`;
  const active = /^(text\/html|application\/xhtml|.*[/+]xml)\b/.test(file.mediaType);
  void reply.headers({
    ETag: etag,
    'Accept-Ranges': 'bytes',
    // Asking costs little, as the answer is 304, and a deleted file must not be shown any more.
    'Cache-Control': 'private, no-cache',
    'Content-Disposition': disposition(active ? 'attachment' : 'inline', file.name),
  });
  if (active)
    void reply.header('Content-Security-Policy', "sandbox; default-src 'none'; style-src 'unsafe-inline'");
  if (matches(request.headers['if-none-match'], etag)) return reply.status(304).send();

  const range = wantedRange(request, etag, file.bytes);
  if (range === 'unsatisfiable') {
    return reply.status(416).header('Content-Range', `bytes */${file.bytes}`).send();
  }
  const { start, end } = range ?? { start: 0, end: file.bytes - 1 };
  void reply.type(file.mediaType).header('Content-Length', end - start + 1);
  if (range !== null) void reply.status(206).header('Content-Range', `bytes ${start}-${end}/${file.bytes}`);
  // An empty text would make Fastify reset the length that HEAD tells.
  if (request.method === 'HEAD' || file.bytes === 0) return reply.send(Readable.from([]));
  return reply.send(await file.read({ start, end }));
}

function wantedRange(
  request: FastifyRequest,
  etag: string,
  bytes: number,
): ByteRange | 'unsatisfiable' | null {
  const condition = request.headers['if-range'];
  if (condition !== undefined && condition !== etag) return null;
  return parseRange(request.headers.range, bytes);
}

/**
 * The part that a Range header asks for; null means all of it. A list of ranges, and what is no range of bytes, is
 * answered with the whole file, as RFC 9110 (14.2) allows.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return null;
  return start >= bytes || (from === '' && Number(to) === 0) ? 'unsatisfiable' : { start, end };
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === '*' || header.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}

/** RFC 6266: a plain name for old readers, and the real one. */
function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, '_')).replace(/['()*]/g, percentEncoded);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function percentEncoded(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}
