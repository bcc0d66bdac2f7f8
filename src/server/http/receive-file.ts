import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { Failure } from '@atelier/sdk';
import type { FastifyRequest } from 'fastify';

/** The file of a form, while it arrives. */
export interface IncomingFile {
  /** as the sender says it */
  name: string;
  /** end with the form, and fail where the form does */
  bytes: AsyncIterable<Uint8Array>;
  /** the other fields, as far as they have arrived: all of them once `bytes` have ended */
  fields: ReadonlyMap<string, string>;
  /** how long the file is at the least, by what the request says of its own length; 0 when it says nothing */
  announcedBytes: number;
}

/** More than what a form puts around its file. */
const wrappingBytes = 65_536;
const droppedBytes = 32_000_000;
const readingMs = 1000;

const limits = { files: 1, fields: 10, fieldNameSize: 100, fieldSize: 1000, parts: 12, headerPairs: 50 };

/**
 * Hands the form's one file, `file`, to `take` as it arrives; nothing is held in memory. When the sender goes away or the form
 * turns out to be wrong, even after the file, its bytes fail, so that nothing of it is kept.
 * @throws Failure `invalid-input`, `unsupported-media`; whatever `take` throws
 */
export async function receiveFile<T>(
  request: FastifyRequest,
  take: (file: IncomingFile) => Promise<T>,
): Promise<T> {
  const form = openForm(request);
  const fields = new Map<string, string>();
  let arriving: Readable | undefined;
  let taking: Promise<T> | undefined;
  const whole = new Promise<void>((resolve, reject) => {
    const fail = (message: string, cause?: unknown): void =>
      reject(new Failure('invalid-input', message, {}, { cause }));
    form.on('file', (field, bytes, { filename }) => {
      arriving = bytes;
      // A stream that fails before anyone reads it must not end the process.
      bytes.on('error', () => undefined);
      if (field !== 'file') return fail('Send the file in the field "file".');
      taking = take({
        name: filename ?? 'file',
        bytes: withEndOf(whole, bytes),
        fields,
        announcedBytes: announcedBy(request),
      });
      taking.catch(reject);
    });
    form.on('field', (name, value) => fields.set(name, value));
    form.on('filesLimit', () => fail('Send one file at a time.'));
    form.on('partsLimit', () => fail('The form has too many parts.'));
    form.on('error', (error) => fail('The form is damaged.', error));
    form.on('close', resolve);
    request.raw.once('close', () => {
      if (!request.raw.complete) fail('The upload broke off.');
    });
    request.raw.pipe(form);
  });
  try {
    await whole;
  } catch (error) {
    request.raw.unpipe(form);
    dropRest(request.raw);
    arriving?.destroy(error as Error);
    throw error;
  }
  if (taking === undefined) throw new Failure('invalid-input', 'Send the file in the field "file".');
  return taking;
}

function announcedBy({ headers }: FastifyRequest): number {
  return Math.max(0, Number(headers['content-length'] ?? 0) - wrappingBytes);
}

/**
 * Many senders read the answer only when they have sent everything, so what is still to come is read and dropped; but not
 * for long: who goes on has the connection closed, after a moment in which the answer can be read.
 */
function dropRest(message: IncomingMessage): void {
  let left = droppedBytes;
  message.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left >= 0 || message.isPaused()) return;
    message.pause();
    setTimeout(() => message.socket.destroy(), readingMs).unref();
  });
  message.resume();
}

async function* withEndOf(form: Promise<void>, bytes: Readable): AsyncGenerator<Uint8Array> {
  yield* bytes as AsyncIterable<Uint8Array>;
  await form;
}

function openForm(request: FastifyRequest): busboy.Busboy {
  if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) {
    throw new Failure('unsupported-media', 'Send the file as multipart/form-data.');
  }
  try {
    return busboy({ headers: request.headers, defParamCharset: 'utf8', limits });
  } catch (error) {
    throw new Failure('invalid-input', 'The form has no boundary in its Content-Type.', {}, { cause: error });
  }
}
