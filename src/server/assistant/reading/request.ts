import type { Json } from '@atelier/sdk';
import type { Slot } from '../dialogue/slots.js';
import type { KnownFile } from '../dialogue/turn.js';

/** What there is to be known, and what is known already. */
export interface ReadRequest {
  slots: readonly Slot[];
  /** what the last reply asked for */
  asked: Slot | null;
  given: Readonly<Record<string, Json>>;
  files: readonly KnownFile[];
  /** The message is the one that asked for the tool. */
  opens: boolean;
}
