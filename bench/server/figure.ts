/** A measured number and the most it may be; null where it is only shown. */
export interface Figure {
  name: string;
  value: number;
  unit: 'kB' | 'MB' | 'ms' | 's' | '';
  limit: number | null;
}

export function passes({ value, limit }: Figure): boolean {
  return limit === null || value <= limit;
}

export function textOf(figure: Figure): string {
  const { name, value, unit, limit } = figure;
  const allowed = limit === null ? '' : ` (at most ${limit} ${unit}${passes(figure) ? '' : ': NOT PASSED'})`;
  return `${name}: ${value.toPrecision(3)} ${unit}${allowed}`;
}

/** Measures section after section and prints each figure; whether all have passed. */
export async function measure(
  sections: readonly (() => Promise<readonly Figure[]>)[],
  print: (line: string) => void,
): Promise<{ passed: boolean }> {
  let passed = true;
  for (const section of sections) {
    for (const figure of await section()) {
      print(textOf(figure));
      passed &&= passes(figure);
    }
  }
  return { passed };
}

/** The value below which the share of all values lies. @param share 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? NaN;
}
