/** Turns a prompt into the token ids that a text encoder was trained on. */
export interface PromptTokenizer {
  /** Ids that the encoder takes at once, first and last token included. */
  readonly maxLength: number;
  /** CLIP begins a text with this token; T5 has none. */
  readonly bosId: number | null;
  readonly eosId: number;
  readonly padId: number;
  /** The ids of the text alone, of any length. */
  pieces(text: string): number[];
  /** The ids with the first and last token around them, of any length. */
  encode(text: string): number[];
  /** Exactly `length` ids: cut so that the last token stays, or filled up with the padding token. */
  padded(text: string, length?: number): number[];
}

export interface TokenizerParts {
  readonly maxLength: number;
  readonly bosId: number | null;
  readonly eosId: number;
  readonly padId: number;
  pieces(text: string): number[];
}

export function promptTokenizer(parts: TokenizerParts): PromptTokenizer {
  return {
    ...parts,
    encode: (text) => enclosed(parts, parts.pieces(text)),
    padded: (text, length = parts.maxLength) => paddedIds(parts, parts.pieces(text), length),
  };
}

type Ends = Pick<TokenizerParts, 'bosId' | 'eosId' | 'padId'>;

/** How many of `length` ids are left for the text. */
export function room({ bosId }: Ends, length: number): number {
  return length - (bosId === null ? 1 : 2);
}

/** The first ids of a text between the first and the last token, filled up to `length`. */
export function paddedIds(ends: Ends, pieces: readonly number[], length: number): number[] {
  const ids = enclosed(ends, pieces.slice(0, room(ends, length)));
  while (ids.length < length) ids.push(ends.padId);
  return ids;
}

function enclosed({ bosId, eosId }: Ends, pieces: readonly number[]): number[] {
  return bosId === null ? [...pieces, eosId] : [bosId, ...pieces, eosId];
}
