import { stem } from './words.js';

/** Words that mean the same when somebody asks for a tool; the first stands for all. */
const groups = [
  'resize resizer resizing shrink smaller reduce thumbnail dimensions resolution',
  'upscale upscaler enlarge bigger larger enhance superresolution sharper',
  'image picture photo photograph photography pic drawing painting illustration artwork snapshot jpeg jpg png',
  'watermark copyright stamp',
  'sheet grid collage montage mosaic overview',
  'logo emblem wordmark brandmark logotype',
  'paint draw create generate make render imagine produce sketch',
  'video clip movie film',
  'animate animation animated motion',
  'inpaint inpainting remove erase replace retouch repaint',
  'variation restyle transform vary reimagine',
  'convert conversion reformat',
  'background backdrop',
  'character person figure avatar',
];

const standFor = new Map(
  groups.flatMap((group) => {
    const words = group.split(' ');
    return words.map((word) => [stem(word), stem(words[0]!)] as const);
  }),
);

/** Words that are in every request and in no tool's favour. */
const empty = new Set(
  'a an the of to for with and or in on at by from into as is are be it its this that these those my our your me i we you us please can could would will want need like have has do does did let lets help get give some one new just so if then than what which who how not no yes size use using up down out something thing put'.split(
    ' ',
  ),
);

/** What a word is about; null for one that says nothing about a tool. */
export function ideaOf(word: string): string | null {
  if (empty.has(word) || /^\d+$/.test(word)) return null;
  const stemmed = stem(word);
  return standFor.get(stemmed) ?? stemmed;
}
