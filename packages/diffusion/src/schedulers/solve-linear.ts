/** The x of `matrix` · x = `values`, by Gaussian elimination with partial pivoting. The matrix must be square and regular. */
export function solveLinear(matrix: readonly number[][], values: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, values[i]!]);
  for (let column = 0; column < rows.length; column++) eliminate(rows, column);
  const solution = new Array<number>(rows.length).fill(0);
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i]!;
    const known = solution.reduce((sum, value, k) => (k > i ? sum + row[k]! * value : sum), 0);
    solution[i] = (row[rows.length]! - known) / row[i]!;
  }
  return solution;
}

function eliminate(rows: number[][], column: number): void {
  let pivot = column;
  for (let i = column + 1; i < rows.length; i++) {
    if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
  }
  [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
  for (let i = column + 1; i < rows.length; i++) {
    const factor = rows[i]![column]! / rows[column]![column]!;
    rows[i] = rows[i]!.map((value, k) => value - factor * rows[column]![k]!);
  }
}
