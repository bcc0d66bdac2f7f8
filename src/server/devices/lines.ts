import type { Readable } from 'node:stream';

/** Calls back for each line of a stream of text, cut at `longest` characters. */
export function readLines(stream: Readable, longest: number, line: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() as string).slice(0, longest);
    for (const text of lines) line(text.slice(0, longest));
  });
  // A pipe to a process that is killed may report that; the end of the process says all there is to say.
  stream.on('error', () => undefined);
}
