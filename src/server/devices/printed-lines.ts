const linesAtOnce = 50;
const linesPerSecond = 10;

/** Passes on what a process prints, as far as that is not a flood: 50 lines at once, 10 a second in the long run. */
export class PrintedLines {
  private allowance = linesAtOnce;
  private countedAt: number;
  private dropped = 0;

  /** @param now a clock in ms */
  constructor(
    private readonly pass: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.countedAt = now();
  }

  add(line: string): void {
    const now = this.now();
    this.allowance = Math.min(linesAtOnce, this.allowance + ((now - this.countedAt) / 1000) * linesPerSecond);
    this.countedAt = now;
    if (this.allowance < 1) {
      this.dropped++;
      return;
    }
    this.allowance--;
    if (this.dropped > 0) this.pass(`(${this.dropped} lines are left out)`);
    this.dropped = 0;
    this.pass(line);
  }
}
