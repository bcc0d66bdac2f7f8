import { distance } from 'fastest-levenshtein';

const longestName = 64;
/** Comparisons that one document is worth; a hostile one may hold thousands of unknown names beside thousands of known ones. */
const budget = 200_000;

/** Ends a sentence about an unknown name: `; did you mean “…”?`, or a full stop when no known name is close. */
export type Suggest = (name: string, known: Iterable<string>) => string;

/** A `Suggest` for the errors of one document. Close means: at most two in five of the letters differ. */
export function createSuggest(): Suggest {
  let left = budget;
  return (name, known) => {
    if (name.length > longestName) return '.';
    let nearest: string | null = null;
    let least = Math.max(2, Math.floor(0.4 * name.length) + 1);
    for (const candidate of known) {
      if (left-- <= 0) break;
      if (Math.abs(candidate.length - name.length) >= least) continue;
      const differ = distance(name.toLowerCase(), candidate.toLowerCase());
      if (differ < least) [nearest, least] = [candidate, differ];
    }
    return nearest === null ? '.' : `; did you mean “${nearest}”?`;
  };
}
