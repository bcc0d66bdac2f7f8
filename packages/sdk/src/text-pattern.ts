import { Failure } from './failure.js';

/** Characters in a pattern. */
export const maxPatternLength = 200;
/** Characters of a text that is held against a pattern. */
export const maxPatternText = 1024;
/** Steps that a pattern may come to once its `{m,n}` are written out. */
const maxSteps = 500;

type Tree =
  | { kind: 'character'; test: (character: string) => boolean }
  | { kind: 'start' | 'end' }
  | { kind: 'sequence'; parts: Tree[] }
  | { kind: 'choice'; options: Tree[] }
  | { kind: 'repeat'; of: Tree; least: number; most: number };

type Step =
  | { kind: 'character'; test: (character: string) => boolean }
  | { kind: 'start' | 'end' }
  | { kind: 'go'; to: number[] };

/**
 * A test for the regular expressions that a port declares. They may come from a stranger's pipeline, and the matcher of
 * JavaScript takes exponential time for some, so texts are matched by simulating an automaton: time is at most
 * steps × characters, a few dozen ms at most. Method: K. Thompson, "Regular Expression Search Algorithm", 1968, as in
 * https://swtch.com/~rsc/regexp/regexp2.html.
 *
 * The language is JavaScript's with the `u` flag, as JSON Schema has it, without look-around, back references, named
 * groups and `\b`. A pattern matches anywhere in a text unless `^` and `$` hold it.
 *
 * Throws `invalid-input` for a pattern that is not of this language or too long.
 */
export function compilePattern(pattern: string): (text: string) => boolean {
  if (pattern.length > maxPatternLength) refuse(`must not be longer than ${maxPatternLength} characters`);
  try {
    new RegExp(pattern, 'u');
  } catch (cause) {
    throw new Failure(
      'invalid-input',
      'The pattern is not a valid regular expression.',
      { pattern },
      { cause },
    );
  }
  const steps: Step[] = [];
  emit(new PatternReader(pattern).read(), steps);
  return (text) => matches(steps, text);
}

function refuse(why: string): never {
  throw new Failure('invalid-input', `The pattern ${why}.`);
}

/** Reads the structure of a pattern that `RegExp` has found valid, which settles every question of grammar. */
class PatternReader {
  #at = 0;

  constructor(private readonly pattern: string) {}

  read(): Tree {
    const options = [this.#readSequence()];
    while (this.#skip('|')) options.push(this.#readSequence());
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  #readSequence(): Tree {
    const parts: Tree[] = [];
    while (this.#at < this.pattern.length && !'|)'.includes(this.pattern[this.#at]!)) {
      parts.push(this.#readRepeat(this.#readAtom()));
    }
    return { kind: 'sequence', parts };
  }

  #readAtom(): Tree {
    if (this.#skip('^')) return { kind: 'start' };
    if (this.#skip('$')) return { kind: 'end' };
    if (!this.#skip('(')) return { kind: 'character', test: characterTest(this.#take(atom)) };
    if (!this.#skip('?:') && this.pattern[this.#at] === '?') {
      refuse('must not use look-around, named groups or flags');
    }
    const inner = this.read();
    this.#skip(')');
    return inner;
  }

  #readRepeat(of: Tree): Tree {
    const quantifier = this.#take(quantifiers);
    if (quantifier === '') return of;
    this.#skip('?');
    if (quantifier === '*') return { kind: 'repeat', of, least: 0, most: Infinity };
    if (quantifier === '+') return { kind: 'repeat', of, least: 1, most: Infinity };
    if (quantifier === '?') return { kind: 'repeat', of, least: 0, most: 1 };
    const [least, most = least] = quantifier.slice(1, -1).split(',');
    return { kind: 'repeat', of, least: Number(least), most: most === '' ? Infinity : Number(most) };
  }

  #skip(text: string): boolean {
    if (!this.pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #take(expression: RegExp): string {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.pattern)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }
}

const quantifiers = /[*+?]|\{\d+(?:,\d*)?\}/y;
/** A class, an escape or a single character. */
const atom =
  /\[(?:\\.|[^\]\\])*\]|\\(?:u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u....|x..|c.|[pP]\{[^}]*\}|.)|./suy;

/** What a single character must be; the matcher of JavaScript decides, in constant time as it sees one character. */
function characterTest(source: string): (character: string) => boolean {
  if (/^\\[bBk1-9]/.test(source)) refuse('must not use back references or \\b');
  if (/^[\w\s]$/.test(source)) return (character) => character === source;
  const expression = new RegExp(`^${source}$`, 'u');
  // A repeated part asks the same of each character many times over.
  let asked: string | undefined;
  let answer = false;
  return (character) => {
    if (character !== asked) answer = expression.test(character);
    asked = character;
    return answer;
  };
}

function emit(tree: Tree, steps: Step[]): void {
  if (steps.length > maxSteps) refuse('repeats too much; use minLength and maxLength for long texts');
  switch (tree.kind) {
    case 'character':
    case 'start':
    case 'end':
      steps.push(tree);
      return;
    case 'sequence':
      for (const part of tree.parts) emit(part, steps);
      return;
    case 'choice':
      emitChoice(tree.options, steps);
      return;
    case 'repeat':
      emitRepeat(tree, steps);
  }
}

function emitChoice(options: readonly Tree[], steps: Step[]): void {
  const fork = pushGo(steps);
  const ends = options.map((option) => {
    fork.to.push(steps.length);
    emit(option, steps);
    return pushGo(steps);
  });
  for (const end of ends) end.to.push(steps.length);
}

function emitRepeat({ of, least, most }: Tree & { kind: 'repeat' }, steps: Step[]): void {
  const before = steps.length;
  for (let turn = 0; turn < least; turn += 1) {
    emit(of, steps);
    // Nothing repeated is nothing, however often: `(){1000000000}`.
    if (steps.length === before) return;
  }
  if (most === Infinity) {
    const fork = pushGo(steps);
    const again = steps.length - 1;
    fork.to.push(steps.length);
    emit(of, steps);
    pushGo(steps).to.push(again);
    fork.to.push(steps.length);
    return;
  }
  const exits: { to: number[] }[] = [];
  for (let turn = least; turn < most; turn += 1) {
    const fork = pushGo(steps);
    fork.to.push(steps.length);
    exits.push(fork);
    emit(of, steps);
  }
  for (const exit of exits) exit.to.push(steps.length);
}

function pushGo(steps: Step[]): { to: number[] } {
  const step = { kind: 'go' as const, to: [] };
  steps.push(step);
  return step;
}

/** All steps that the automaton can be at advance together, one character at a time. */
function matches(steps: readonly Step[], text: string): boolean {
  const characters = [...text];
  // For each step the position at which it was last reached, so that none is followed twice.
  const reached = new Int32Array(steps.length).fill(-1);
  let waiting: number[] = [];
  for (let position = 0; position <= characters.length; position += 1) {
    const open = [...waiting, 0];
    waiting = [];
    while (open.length > 0) {
      const at = open.pop()!;
      if (at === steps.length) return true;
      if (reached[at] === position) continue;
      reached[at] = position;
      const step = steps[at]!;
      if (step.kind === 'go') open.push(...step.to);
      else if (step.kind === 'start' && position === 0) open.push(at + 1);
      else if (step.kind === 'end' && position === characters.length) open.push(at + 1);
      else if (
        step.kind === 'character' &&
        position < characters.length &&
        step.test(characters[position]!)
      ) {
        waiting.push(at + 1);
      }
    }
  }
  return false;
}
