import type { Json } from './tokenizer-files.js';

/** What is used of a tokenizer of the library, whose own declarations do not resolve by Node's rules for modules. */
export interface LibraryTokenizer {
  readonly model: {
    fuse_unk: boolean;
    readonly unk_token?: string;
    readonly unk_token_id?: number;
  };
  encode(text: string, options: { add_special_tokens: boolean }): Encoded;
  token_to_id(content: string): number | undefined;
}

interface Encoded {
  readonly ids: number[];
  readonly tokens: string[];
}

/** The ids of a text without first and last token, where the tokenizer library needs help to be exact and quick. */
export function textPieces(tokenizer: LibraryTokenizer, json: Json): (text: string) => number[] {
  const join = joinsUnknown(tokenizer);
  const prepare = keepsJoiners(tokenizer, json);
  return (text) => join(tokenizer.encode(prepare(text), { add_special_tokens: false }));
}

const joiner = '\u200d';
const standIn = '\uf8ff';

/**
 * SentencePiece's `nmt_nfkc` rules leave the zero-width joiner of emoji alone, where the library's version of them makes a space of
 * it; a private character, which is as unknown to the vocabulary, stands in for it.
 */
function keepsJoiners(tokenizer: LibraryTokenizer, json: Json): (text: string) => string {
  const hasRules = JSON.stringify(json.normalizer)?.includes('"Precompiled"') ?? false;
  const isUnknown = [joiner, standIn].every((character) => tokenizer.token_to_id(character) === undefined);
  return hasRules && isUnknown ? (text) => text.replaceAll(joiner, standIn) : (text) => text;
}

/**
 * A run of characters that T5 does not know is one id. The library joins them into ever longer strings that it looks up, which takes
 * quadratic time; here the ids are joined.
 */
function joinsUnknown({ model }: LibraryTokenizer): (encoded: Encoded) => number[] {
  if (!model.fuse_unk) return ({ ids }) => ids;
  model.fuse_unk = false;
  const isUnknown = ({ ids, tokens }: Encoded, i: number) =>
    ids[i] === model.unk_token_id && tokens[i] !== model.unk_token;
  return (encoded) =>
    encoded.ids.filter((_, i) => i === 0 || !isUnknown(encoded, i) || !isUnknown(encoded, i - 1));
}
