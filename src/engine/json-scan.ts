/** Something in a JSON text that has to be refused although the text may be well formed. */
export interface JsonFlaw {
  position: number;
  reason: string;
}

export interface JsonScan {
  /** Start and end of each integer beyond ±(2^53 − 1). */
  longIntegers: [start: number, end: number][];
  flaw: JsonFlaw | null;
}

const openings = '{[';
const closings = '}]';
const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const integer = /^-?\d+$/;

/**
 * Looks over a JSON text in linear time and without recursion, so that the native parser may then be trusted with it: nesting,
 * repeated keys, `__proto__`, numbers that a double cannot hold. What is not JSON is left for the parser to refuse.
 */
export function scanJson(text: string, maxDepth: number): JsonScan {
  const longIntegers: JsonScan['longIntegers'] = [];
  // The keys so far of each open object; null for an open array.
  const open: (Set<string> | null)[] = [];
  let keyNext = false;
  const flawed = (position: number, reason: string): JsonScan => ({
    longIntegers,
    flaw: { position, reason },
  });
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') {
      const end = endOfString(text, i);
      if (end < 0) break;
      const problem = keyNext ? keyProblem(text.slice(i, end + 1), open.at(-1)) : null;
      if (problem !== null) return flawed(i, problem);
      keyNext = false;
      i = end;
    } else if (openings.includes(char)) {
      if (open.length === maxDepth) return flawed(i, `The JSON is nested deeper than ${maxDepth} levels`);
      open.push(char === '{' ? new Set() : null);
      keyNext = char === '{';
    } else if (closings.includes(char)) open.pop();
    else if (char === ',') keyNext = open.at(-1) instanceof Set;
    else if (char === '-' || (char >= '0' && char <= '9')) {
      number.lastIndex = i;
      const digits = number.exec(text)?.[0] ?? char;
      if (integer.test(digits)) {
        if (!Number.isSafeInteger(Number(digits))) longIntegers.push([i, i + digits.length]);
      } else if (!Number.isFinite(Number(digits))) return flawed(i, 'The number is too large');
      i += digits.length - 1;
    }
  }
  return { longIntegers, flaw: null };
}

function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return end;
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

function keyProblem(quoted: string, keys: Set<string> | null | undefined): string | null {
  const key = quoted.includes('\\') ? unescaped(quoted) : quoted.slice(1, -1);
  if (key === null || !keys) return null;
  if (key === '__proto__') return 'The key "__proto__" is not allowed; use another name';
  if (keys.has(key)) return `The key ${quoted.slice(0, 80)} appears twice`;
  keys.add(key);
  return null;
}

function unescaped(quoted: string): string | null {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return null;
  }
}
