import type { KnownFile } from '../dialogue/turn.js';
import { itemOf, type Slot } from '../dialogue/slots.js';
import type { Unread } from './unread.js';
import { patternOf } from './words.js';

const ids = /(?<![\p{L}\p{N}_])file_[A-Za-z0-9]{1,64}(?![\p{L}\p{N}_])/gu;
const latest =
  /\b(?:the |my )?(?:last|latest|newest|most recent)(?: one| (?:upload(?:ed)?|file|picture|image|photo)){0,2}\b|\bwhat i (?:just )?uploaded\b/iu;
const everything =
  /\b(?:all|every(?:thing)?|both)(?: of)?(?: (?:my|the))?(?: (?:uploads|files|pictures|images|photos))?\b/iu;
const result = /\b(?:it|this|that|the (?:result|picture|image|logo|photo|last one)|its result)\b/iu;

/** Ids of files, in the order in which a message has them. */
export function takeFileIds(unread: Unread): string[] {
  return unread.takeAll(ids).map(([id]) => id);
}

/** Files by their names, such as `photo.jpg`. */
export function takeFileNames(unread: Unread, files: readonly KnownFile[]): string[] {
  return files
    .filter(({ name }) => name.length >= 3)
    .filter(
      ({ name }) =>
        unread.take(new RegExp(`(?<![\\p{L}\\p{N}])${patternOf(name)}(?![\\p{L}\\p{N}])`, 'iu')) !== null,
    )
    .map(({ id }) => id);
}

/** Files that are pointed at: the result of the last job, the latest upload, all of them. */
export function takePointedFiles(unread: Unread, slot: Slot, files: readonly KnownFile[]): string[] {
  const fitting = files.filter((file) => accepts(slot, file));
  const uploads = fitting.filter(({ origin }) => origin === 'upload');
  if (slot.spec.type === 'list' && uploads.length > 0 && unread.take(everything) !== null)
    return uploads.map(idOf).reverse();
  const [newest] = uploads;
  if (newest !== undefined && unread.take(latest) !== null) return [newest.id];
  const made = fitting.find(({ origin }) => origin === 'result');
  return made !== undefined && unread.take(result) !== null ? [made.id] : [];
}

/** Whether a slot takes files of this kind. */
export function accepts({ spec }: Slot, { mediaType }: KnownFile): boolean {
  const item = itemOf(spec);
  if (item.type !== 'file') return mediaType.startsWith(item.type === 'mask' ? 'image/' : `${item.type}/`);
  return (item.accept ?? ['*/*']).some(
    (type) =>
      type === '*/*' ||
      type === mediaType ||
      (type.endsWith('/*') && mediaType.startsWith(type.slice(0, -1))),
  );
}

function idOf({ id }: KnownFile): string {
  return id;
}
