import type { Json } from '@atelier/sdk';
import type { ByteRange } from '../http/send-file.js';
import type { Readable } from 'node:stream';

export const historyTypes = ['image', 'video'] as const;
export type HistoryType = (typeof historyTypes)[number];

/** What is known of a picture before it is made. */
export interface HistoryDraftInput {
  type: HistoryType;
  prompt: string;
  negativePrompt: string | null;
  /** what the caller asked for; the size of the picture and the seed are added */
  parameters: Record<string, Json>;
}

/** An entry as its owner sees it. */
export interface HistoryView extends HistoryDraftInput {
  /** counts from 1 */
  id: number;
  /** unique; the file lies in the folder that was chosen when it was made */
  fileName: string;
  /** ms since 1970 */
  createdAt: number;
}

export type HistoryPage = { limit: number; offset: number; type?: HistoryType };

/** An entry's picture that is about to be sent. */
export interface OpenPicture {
  name: string;
  mediaType: 'image/jpeg';
  bytes: number;
  /** another one when the file was changed */
  version: string;
  read(range: ByteRange): Promise<Readable>;
}
