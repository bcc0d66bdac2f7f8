import { isObject, type Json } from './tokenizer-files.js';

/** A token that is looked for in the text before it is split into words. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

const roles = ['bos_token', 'eos_token', 'unk_token', 'pad_token'] as const;

export type TokenRole = (typeof roles)[number];

/** The tokens with a role, as `tokenizer_config.json` or `special_tokens_map.json` declares them. */
export type DeclaredTokens = Readonly<Partial<Record<TokenRole, Omit<AddedToken, 'id'>>>>;

/**
 * Where both files declare a role, the map wins in folders of the old kind, whose configuration does not list the added tokens
 * (transformers, tokenization_utils_base.py, `_from_pretrained`).
 */
export function declaredTokens(config: Json, map: Json): DeclaredTokens {
  const sources = 'added_tokens_decoder' in config ? [config, map] : [map, config];
  const found = roles.flatMap((role) => {
    const value = sources
      .map((source) => source[role])
      .find((token) => token !== undefined && token !== null);
    const token = value === undefined ? null : declared(value);
    return token === null ? [] : [[role, token] as const];
  });
  return Object.fromEntries(found);
}

/** What the configuration lists under `added_tokens_decoder`. */
export function listedTokens(config: Json): AddedToken[] {
  if (!isObject(config.added_tokens_decoder)) return [];
  return Object.entries(config.added_tokens_decoder).flatMap(([key, value]) => {
    const id = Number(key);
    const token = declared(value);
    return token === null || !Number.isSafeInteger(id) ? [] : [{ ...token, id }];
  });
}

/**
 * The known tokens and the declared ones among them: transformers takes every token with a role as an added one, which is why a
 * padding token `!` is found inside a prompt too.
 */
export function withDeclared(
  known: readonly AddedToken[],
  tokens: DeclaredTokens,
  idOf: (content: string) => number | undefined,
): AddedToken[] {
  const all = new Map(known.map((token) => [token.content, token]));
  for (const token of Object.values(tokens)) {
    const id = idOf(token.content);
    if (id !== undefined && !all.has(token.content)) all.set(token.content, { ...token, id });
  }
  return [...all.values()];
}

/** A plain string stands for a special token that is looked for before the text is normalised. */
function declared(value: unknown): Omit<AddedToken, 'id'> | null {
  if (typeof value === 'string') return { ...plain, content: value };
  if (!isObject(value) || typeof value.content !== 'string') return null;
  return {
    content: value.content,
    single_word: value.single_word === true,
    lstrip: value.lstrip === true,
    rstrip: value.rstrip === true,
    normalized: value.normalized === true,
    special: value.special !== false,
  };
}

const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
