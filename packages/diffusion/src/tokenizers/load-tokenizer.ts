import { Tokenizer } from '@huggingface/tokenizers';
import { DiffusionError } from '../diffusion-error.js';
import { declaredTokens, listedTokens, withDeclared } from './added-tokens.js';
import type { AddedToken, DeclaredTokens, TokenRole } from './added-tokens.js';
import { clipTokenizerJson, readClipVocabulary, readMerges } from './clip-vocabulary.js';
import { promptTokenizer, type PromptTokenizer } from './prompt-tokenizer.js';
import { textPieces, type LibraryTokenizer } from './text-pieces.js';
import { isObject, TokenizerFiles, type Json } from './tokenizer-files.js';

/**
 * Reads a tokenizer folder of a diffusers model: CLIP from `vocab.json` and `merges.txt`, CLIP or T5 from `tokenizer.json`. First,
 * last and padding token and the longest input come from `tokenizer_config.json` and `special_tokens_map.json`.
 * @throws DiffusionError `model-missing` or `model-invalid`, with the file that is missing or does not fit.
 */
export async function loadTokenizer(folder: string): Promise<PromptTokenizer> {
  const files = new TokenizerFiles(folder);
  const config = (await files.json('tokenizer_config.json')) ?? {};
  const declared = declaredTokens(config, (await files.json('special_tokens_map.json')) ?? {});
  const json = (await files.json('tokenizer.json')) ?? (await clipJson(files, declared));
  const family = familyOf(json, files);
  const tokenizer = built(json, config, { ...family.tokens, ...declared }, files);
  const idOf = (role: TokenRole) => requiredId(tokenizer, declared[role] ?? family.tokens[role]!, files);
  const pieces = textPieces(tokenizer, json);
  return promptTokenizer({
    maxLength: maxLength(config, family.maxLength),
    bosId: family.tokens.bos_token === undefined ? null : idOf('bos_token'),
    eosId: idOf('eos_token'),
    padId: idOf('pad_token'),
    pieces,
  });
}

interface Family {
  /** Taken where the files declare none (transformers, tokenization_clip.py and tokenization_t5.py). */
  readonly tokens: DeclaredTokens;
  readonly maxLength: number;
}

const clip: Family = {
  tokens: {
    bos_token: named('<|startoftext|>'),
    eos_token: named('<|endoftext|>'),
    unk_token: named('<|endoftext|>'),
    pad_token: named('<|endoftext|>'),
  },
  maxLength: 77,
};
const t5: Family = {
  tokens: { eos_token: named('</s>'), unk_token: named('<unk>'), pad_token: named('<pad>') },
  maxLength: 512,
};

async function clipJson(files: TokenizerFiles, declared: DeclaredTokens): Promise<Json> {
  const vocabulary = await readClipVocabulary(files);
  if (vocabulary === null) throw await noTokenizer(files);
  const merges = await readMerges(files, vocabulary);
  if (merges === null) throw missing(`${files.label('merges.txt')} is missing; it belongs to vocab.json.`);
  const unknown = declared.unk_token?.content ?? clip.tokens.unk_token!.content;
  return clipTokenizerJson(vocabulary, merges, unknown);
}

async function noTokenizer(files: TokenizerFiles): Promise<DiffusionError> {
  if ((await files.text('spiece.model')) === null)
    return missing(
      `${files.label('')} holds no tokenizer; expected tokenizer.json, or vocab.json with merges.txt.`,
    );
  return missing(
    `${files.label('tokenizer.json')} is missing and spiece.model alone cannot be read; ` +
      'write it with transformers: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).',
  );
}

function familyOf(json: Json, files: TokenizerFiles): Family {
  const type = isObject(json.model) ? json.model.type : undefined;
  if (type === 'BPE') return clip;
  if (type === 'Unigram') return t5;
  throw new DiffusionError(
    'model-invalid',
    `${files.label('tokenizer.json')} is no tokenizer of CLIP (BPE) or T5 (Unigram); its model is ${JSON.stringify(type) ?? 'missing'}.`,
  );
}

function built(json: Json, config: Json, tokens: DeclaredTokens, files: TokenizerFiles): LibraryTokenizer {
  try {
    const ids = vocabularyIds(json.model as Json);
    const known = [...((json.added_tokens as AddedToken[] | undefined) ?? []), ...listedTokens(config)];
    const added_tokens = withDeclared(known, tokens, (content) => ids.get(content));
    return new Tokenizer({ ...json, added_tokens }, config) as LibraryTokenizer;
  } catch {
    throw files.damaged('tokenizer.json', 'does not describe a whole tokenizer');
  }
}

/** BPE maps tokens to ids, Unigram lists them in the order of their ids. */
function vocabularyIds({ vocab }: Json): ReadonlyMap<string, number> {
  return Array.isArray(vocab)
    ? new Map((vocab as [string, number][]).map(([token], id) => [token, id]))
    : new Map(Object.entries(vocab as Record<string, number>));
}

function requiredId(
  tokenizer: LibraryTokenizer,
  { content }: { content: string },
  files: TokenizerFiles,
): number {
  const id = tokenizer.token_to_id(content);
  if (id !== undefined) return id;
  throw new DiffusionError(
    'model-invalid',
    `The vocabulary of ${files.label('')} lacks the token ${content}, which its configuration needs; fetch the folder again.`,
  );
}

/** transformers writes 10^30 where it knows no limit. */
function maxLength({ model_max_length: length }: Json, otherwise: number): number {
  return Number.isSafeInteger(length) && Number(length) > 2 && Number(length) <= 4096
    ? Number(length)
    : otherwise;
}

function named(content: string): Omit<AddedToken, 'id'> {
  return { content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function missing(message: string): DiffusionError {
  return new DiffusionError('model-missing', message);
}
