/**
 * The one place that writes to the terminal. Standard output carries what a command was asked for, so that scripts can
 * read it; everything that is said on the way goes to standard error.
 */
export const terminal = {
  result: (line: string): void => void process.stdout.write(`${line}\n`),
  note: (line: string): void => void process.stderr.write(`${line}\n`),
  /** A sentence, and a line for each problem below it. */
  failure: (sentence: string, problems: readonly string[]): void => {
    for (const line of [sentence, ...problems.map((problem) => `  ${problem}`)]) terminal.note(line);
  },
  /** Whether a person is watching, so that lines may be drawn over. */
  isWatched: (): boolean => process.stderr.isTTY === true,
};
