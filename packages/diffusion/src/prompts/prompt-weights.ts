/** A stretch of a prompt and how much it is to count. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

const raised = 1.1;
const lowered = 1 / raised;
/** Beyond this no picture survives, and float16 overflows. */
const largestWeight = 10;

/**
 * Reads the weights that people write into prompts, in the way of AUTOMATIC1111's web interface (modules/prompt_parser.py,
 * `parse_prompt_attention`):
 *
 * - `(text)` counts 1.1 times, `[text]` 1/1.1 times, `(text:1.3)` 1.3 times; `:1.3` works in round brackets alone.
 * - Brackets nest, and their weights multiply: `((text))` counts 1.21 times.
 * - `\(`, `\)`, `\[`, `\]` and `\\` stand for the character after the backslash.
 * - A bracket that is never closed reaches to the end; one that closes nothing is text.
 *
 * Neighbours of one weight are joined, so a prompt without weights is one text. Weights lie between -10 and 10.
 */
export function parseWeights(prompt: string): WeightedText[] {
  const round = new Brackets(raised);
  const square = new Brackets(lowered);
  const texts: { text: string; round: Bracket; square: Bracket }[] = [];
  for (const [token, escaped, weight] of prompt.matchAll(tokens)) {
    if (escaped === undefined && isBracket(token, weight, round, square)) continue;
    texts.push({ text: escaped ?? token, round: round.innermost, square: square.innermost });
  }
  const weighted = texts.map((part) => ({
    text: part.text,
    weight: clamp(total(part.round) * total(part.square)),
  }));
  return joined(weighted);
}

/** An escaped character, the end of a weighted bracket, a bracket, or text up to the next of these. */
const tokens = /\\([\\()[\]])|:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)|[()[\]\\:]|[^\\()[\]:]+/g;

function isBracket(token: string, weight: string | undefined, round: Brackets, square: Brackets): boolean {
  if (weight !== undefined) return round.close(Number(weight));
  switch (token) {
    case '(':
      return round.open();
    case ')':
      return round.close();
    case '[':
      return square.open();
    case ']':
      return square.close();
    default:
      return false;
  }
}

interface Bracket {
  readonly outer: Bracket | null;
  factor: number;
  total: number | null;
}

/** The brackets of one kind; the two kinds do not look at each other. */
class Brackets {
  innermost: Bracket = { outer: null, factor: 1, total: 1 };

  constructor(private readonly factor: number) {}

  open(): true {
    this.innermost = { outer: this.innermost, factor: this.factor, total: null };
    return true;
  }

  /** False when there is nothing to close. */
  close(factor = this.factor): boolean {
    const { outer } = this.innermost;
    if (outer === null) return false;
    this.innermost.factor = factor;
    this.innermost = outer;
    return true;
  }
}

/** The product of a bracket's factor and those around it. Remembered, so that a prompt of brackets alone takes linear time. */
function total(bracket: Bracket): number {
  const open: Bracket[] = [];
  let outermost = bracket;
  while (outermost.total === null) {
    open.push(outermost);
    outermost = outermost.outer!;
  }
  let product = outermost.total;
  while (open.length > 0) {
    const inner = open.pop()!;
    product *= inner.factor;
    inner.total = product;
  }
  return product;
}

/** Many brackets can overflow or meet a zero, which gives no number. */
function clamp(weight: number): number {
  return Number.isNaN(weight) ? 0 : Math.min(Math.max(weight, -largestWeight), largestWeight);
}

function joined(parts: readonly WeightedText[]): WeightedText[] {
  const runs: { weight: number; texts: string[] }[] = [];
  for (const { text, weight } of parts) {
    const last = runs.at(-1);
    if (last?.weight === weight) last.texts.push(text);
    else runs.push({ weight, texts: [text] });
  }
  return runs.map(({ weight, texts }) => ({ weight, text: texts.join('') }));
}
