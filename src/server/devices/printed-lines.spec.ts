import { PassThrough } from 'node:stream';
import { readLines } from './lines.js';
import { PrintedLines } from './printed-lines.js';

describe('PrintedLines', () => {
  it('passes lines on until it is a flood, and says how many it left out', () => {
    let now = 0;
    const passed: string[] = [];
    const printed = new PrintedLines(
      (line) => passed.push(line),
      () => now,
    );
    for (let line = 0; line < 1000; line++) printed.add(`line ${line}`);
    expect(passed).toHaveLength(50);
    now += 1000;
    printed.add('later');
    expect(passed.slice(50)).toEqual(['(950 lines are left out)', 'later']);
  });
});

describe('readLines', () => {
  it('puts lines together that come in pieces, and cuts long ones', async () => {
    const stream = new PassThrough();
    const lines: string[] = [];
    readLines(stream, 5, (line) => lines.push(line));
    for (const piece of ['on', 'e\ntw', 'o\n', 'very long', ' line\n']) stream.write(piece);
    stream.end();
    await new Promise((resolve) => stream.on('end', resolve));
    expect(lines).toEqual(['one', 'two', 'very ']);
  });
});
