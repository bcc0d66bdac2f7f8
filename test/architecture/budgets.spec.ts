import { anyTypes, functionSizes, percentile, productSources, source, usesOf } from './sources.js';

const sources = productSources();
const within = (...folders: string[]) =>
  sources.filter(({ name }) => folders.some((folder) => name.startsWith(folder)));

describe('the size of files', () => {
  const lines = sources.map((file) => file.lines);

  it('is at most 120 lines for half of them', () => {
    expect(percentile(lines, 0.5)).toBeLessThanOrEqual(120);
  });

  it('is at most 350 lines for 95 % of them', () => {
    expect(percentile(lines, 0.95)).toBeLessThanOrEqual(350);
  });

  it('is never above 500 lines', () => {
    expect(sources.filter((file) => file.lines > 500).map((file) => file.name)).toEqual([]);
  });
});

describe('the size of functions', () => {
  const functions = sources.flatMap(functionSizes);

  it('is at most 50 lines for 95 % of them', () => {
    expect(
      percentile(
        functions.map(({ lines }) => lines),
        0.95,
      ),
    ).toBeLessThanOrEqual(50);
  });

  it('is never above 80 lines', () => {
    expect(functions.filter(({ lines }) => lines > 80).map(({ where }) => where)).toEqual([]);
  });
});

describe('what may be written where', () => {
  it('keeps `any` out of the contracts and the engine', () => {
    expect(within('packages/sdk/', 'src/engine/').flatMap(anyTypes)).toEqual([]);
  });

  it('leaves the environment to the configuration', () => {
    const others = sources.filter(({ name }) => name !== 'src/config.ts');
    expect(others.flatMap((file) => usesOf(file, ['process.env']))).toEqual([]);
  });

  it('gives the engine no clock, timer or randomness of its own', () => {
    const impure = [
      'Date.now',
      'performance.now',
      'Date',
      'Math.random',
      'crypto.randomUUID',
      'crypto.randomBytes',
    ];
    const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'process.nextTick'];
    expect(within('src/engine/').flatMap((file) => usesOf(file, [...impure, ...timers]))).toEqual([]);
  });
});

describe('the measure itself', () => {
  const sample = source(
    'sample.ts',
    `import { env as environment, cwd } from 'node:process';
     export class Box {
       open(): any {
         return setTimeout(() => Date.now(), 1);
       }
     }
     declare function later(): void;
     export const created = new Date();`,
  );

  it('counts the lines of functions that have a body', () => {
    expect(functionSizes(sample)).toEqual([
      { where: 'sample.ts:3', lines: 3 },
      { where: 'sample.ts:4', lines: 1 },
    ]);
  });

  it('finds types, calls, members and imports', () => {
    expect(anyTypes(sample)).toEqual(['sample.ts:3']);
    expect(usesOf(sample, ['process.env', 'setTimeout', 'Date', 'Date.now'])).toEqual([
      'sample.ts:1 process.env',
      'sample.ts:4 setTimeout',
      'sample.ts:4 Date.now',
      'sample.ts:8 Date',
    ]);
  });

  it('takes the smallest value that enough others do not exceed', () => {
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(percentile([4, 1, 3, 2], 0.95)).toBe(4);
  });

  it('looks at the product and not at its specs', () => {
    expect(sources.map(({ name }) => name)).toContain('src/config.ts');
    expect(sources.filter(({ name }) => name.includes('.spec.'))).toEqual([]);
  });
});
