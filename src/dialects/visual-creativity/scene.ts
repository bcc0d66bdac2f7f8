import { createSuggest } from '../../engine/suggest.js';
import { looseKey } from '../../server/styles/loose-key.js';
import type { Style } from '../../server/styles/style.js';

export interface Subject {
  type?: string;
  style?: string;
  pose?: string;
}

export interface Scene {
  subjects: readonly Subject[];
  background?: Omit<Subject, 'pose'>;
}

/** What is wrong at one place of a request. */
export interface Complaint {
  path: (string | number)[];
  message: string;
}

export interface ScenePrompt {
  prompt: string;
  negativePrompt?: string;
}

type KnownStyle = Pick<Style, 'id' | 'aliases' | 'keys' | 'prompt' | 'negative_prompt'>;

/**
 * A scene in the words that models are trained with: what is to be seen, then where, then how.
 * @param complaints gets what is wrong with the scene; the prompt means nothing then
 */
export function toPrompt(
  { subjects, background }: Scene,
  styles: readonly KnownStyle[],
  complaints: Complaint[],
): ScenePrompt {
  const chosen = new Set<KnownStyle>();
  const choose = (word: string | undefined, path: Complaint['path']): void => {
    if (word === undefined) return;
    const style = findStyle(word, styles);
    if (style === undefined) complaints.push({ path, message: unknownStyle(word, styles) });
    else chosen.add(style);
  };
  subjects.forEach(({ style }, index) => choose(style, ['scene', 'subjects', index, 'style']));
  choose(background?.style, ['scene', 'background', 'style']);

  const seen = subjects.map(({ type = '', pose = '' }) => plain(`${type} ${pose}`)).filter(isSaid);
  const where = plain(background?.type ?? '');
  if (seen.length === 0 && !isSaid(where))
    complaints.push({ path: ['scene', 'subjects'], message: 'give at least one subject with a type' });
  const place = seen.length > 0 && isSaid(where) ? `${where} in the background` : where;
  const how = [...chosen].map((style) => style.prompt);
  const avoided = [...chosen].flatMap((style) => style.negative_prompt ?? []);
  return {
    prompt: [seen.join(' and '), place, ...how].filter(isSaid).join(', '),
    ...(avoided.length === 0 ? {} : { negativePrompt: avoided.join(', ') }),
  };
}

/** By id, name or alias, however it is written: “in the style of Watercolor”, `OIL_PAINTING`, “photo-realistic style”. */
export function findStyle<Known extends Pick<Style, 'keys'>>(
  word: string,
  styles: readonly Known[],
): Known | undefined {
  const key = looseKey(word);
  const bare = key.replace(/^(inthestyleof|inthe|inan?)/, '').replace(/style$/, '');
  return [key, bare]
    .map((each) => styles.find(({ keys }) => keys.includes(each)))
    .find((style) => style !== undefined);
}

function unknownStyle(word: string, styles: readonly KnownStyle[]): string {
  const known = styles.flatMap(({ id, aliases }) => [id, ...aliases]);
  return `there is no style “${word.slice(0, 64)}”${createSuggest()(word, known)} GET /v1/styles lists all.`;
}

/** `arms_crossed` is meant to be read as words; what is no character is read as none. */
function plain(text: string): string {
  return text
    .replace(/[_\p{Cc}\p{Surrogate}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function isSaid(text: string): boolean {
  return text !== '';
}
