import type { Readable } from 'node:stream';
import type { FileRef } from '@atelier/sdk';

/** A file as its owner sees it. */
export interface FileView extends FileRef {
  id: string;
  projectId: string | null;
  /** the result that it belongs to; null for an upload */
  itemId: string | null;
  /** ISO 8601 */
  createdAt: string;
}

/** A file that is about to be sent. Its content never changes, so `sha256` serves as its ETag. */
export interface OpenFile {
  file: FileView;
  /** The bytes from `start` to `end` inclusive, both from 0 to `file.bytes` - 1; left out, all. */
  read(range?: { start: number; end: number }): Promise<Readable>;
}
