import { looseKey } from '../../server/styles/loose-key.js';

export const formats = ['png', 'jpeg', 'webp', 'avif', 'gif', 'tiff'] as const;
export type Format = (typeof formats)[number];

const synonyms: Readonly<Record<string, Format>> = {
  jpg: 'jpeg',
  jpe: 'jpeg',
  jfif: 'jpeg',
  pjpeg: 'jpeg',
  tif: 'tiff',
  apng: 'png',
  portablenetworkgraphics: 'png',
};

/** The format that is meant by `PNG`, `.jpg` or `image/webp`. */
export function readFormat(word: string): Format | undefined {
  const key = looseKey(word.replace(/^\s*image\//i, ''));
  return (
    formats.find((format) => format === key) ?? (Object.hasOwn(synonyms, key) ? synonyms[key] : undefined)
  );
}
