/** Stands where something was read. No message has it, and no pattern of words matches across it. */
const hole = '\0';

/** A message of which more and more has been understood, so that nothing is understood twice. */
export class Unread {
  constructor(private text: string) {}

  get rest(): string {
    return this.text;
  }

  /** Takes the first match out of the text. */
  take(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.text);
    if (match !== null) this.cut(match.index, match[0].length);
    return match;
  }

  /** @param pattern global */
  takeAll(pattern: RegExp): RegExpExecArray[] {
    const matches = [...this.text.matchAll(pattern)];
    for (const { index, 0: found } of matches) this.cut(index, found.length);
    return matches;
  }

  /** What is left, as a text: holes become blanks, and so does the punctuation around them. */
  remainder(): string {
    return this.text
      .replace(/[\s,;]*\0[\s,;\0]*/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  }

  private cut(start: number, length: number): void {
    this.text = this.text.slice(0, start) + hole.repeat(length) + this.text.slice(start + length);
  }
}
