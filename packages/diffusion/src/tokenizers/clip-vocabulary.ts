import type { Json, TokenizerFiles } from './tokenizer-files.js';

export type Vocabulary = Readonly<Record<string, number>>;
export type Merge = readonly [string, string];

/** Merges that CLIP uses of its file: 49152 less the bytes, their word ends and two tokens (transformers, tokenization_clip.py). */
const mergeCount = 49152 - 256 - 2;

export async function readClipVocabulary(files: TokenizerFiles): Promise<Vocabulary | null> {
  const vocabulary = await files.json('vocab.json');
  if (vocabulary === null) return null;
  if (isVocabulary(vocabulary)) return vocabulary;
  throw files.damaged('vocab.json', 'must map each token to a number');
}

function isVocabulary(json: Json): json is Vocabulary {
  const ids = Object.values(json);
  return ids.length > 0 && ids.every((id) => Number.isSafeInteger(id) && Number(id) >= 0);
}

/** The pairs of `merges.txt` in their order, each made of tokens of the vocabulary. */
export async function readMerges(files: TokenizerFiles, vocabulary: Vocabulary): Promise<Merge[] | null> {
  const text = await files.text('merges.txt');
  if (text === null) return null;
  const lines = text.trim().split(/\r?\n/);
  const first = lines[0]!.startsWith('#version') ? 1 : 0;
  return lines.slice(first, first + mergeCount).map((line, i) => {
    const [left, right, more] = line.split(' ');
    if (left && right && more === undefined && `${left}${right}` in vocabulary) return [left, right];
    throw files.damaged('merges.txt', `does not fit vocab.json in line ${first + i + 1}`);
  });
}

/**
 * The text rules of CLIP in the format of `tokenizer.json`: NFC, one space for any white space, lower case; words, single digits
 * and runs of signs, as bytes (openai/CLIP, clip/simple_tokenizer.py; transformers, convert_slow_tokenizer.py, CLIPConverter).
 */
export function clipTokenizerJson(vocab: Vocabulary, merges: readonly Merge[], unknown: string): Json {
  return {
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    model: {
      type: 'BPE',
      unk_token: unknown,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      vocab,
      merges,
    },
  };
}

const words = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
