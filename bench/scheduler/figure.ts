/** Lowest and highest value that is accepted. */
export type Range = readonly [low: number, high: number];

export interface Figure {
  name: string;
  ours: number;
  /** the same under first come first served with LRU */
  peer?: number;
  /** left out for what is shown for comparison only */
  must?: Range;
  good?: Range;
}

export const atMost = (high: number): Range => [-Infinity, high];
export const atLeast = (low: number): Range => [low, Infinity];

export const passes = ({ ours, must }: Figure): boolean => !must || isIn(ours, must);

export function row(figure: Figure): string {
  const { name, ours, peer, must, good } = figure;
  return columns([
    name,
    must ? text(must) : '',
    good ? text(good) : '',
    short(ours),
    peer === undefined ? '' : short(peer),
    verdict(figure),
  ]);
}

function verdict({ ours, must, good }: Figure): string {
  if (!must) return '';
  if (!isIn(ours, must)) return 'FAILED';
  return !good || isIn(ours, good) ? 'good' : 'pass';
}

export const heading = (): string => columns(['figure', 'must', 'good', 'Atelier', 'FIFO+LRU', '']);

const WIDTHS = [70, 12, 9, 9, 10, 0];
const columns = (cells: string[]): string =>
  cells
    .map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0))
    .join('')
    .trimEnd();

const isIn = (value: number, [low, high]: Range): boolean => value >= low && value <= high;

const text = ([low, high]: Range): string => {
  if (low === -Infinity) return `≤ ${short(high)}`;
  return high === Infinity ? `≥ ${short(low)}` : `${short(low)}–${short(high)}`;
};

const short = (value: number): string => String(Number(value.toPrecision(3)));
