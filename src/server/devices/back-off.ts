const firstMs = 200;
const longestMs = 10_000;
const healthyMs = 60_000;

/** How long to wait before a process is started again: 0.2 s, twice that each time up to 10 s, from the start after a good minute. */
export class BackOff {
  private nextMs = firstMs;

  /** @param livedMs how long the process had been working */
  after(livedMs: number): number {
    if (livedMs >= healthyMs) this.nextMs = firstMs;
    const delayMs = this.nextMs;
    this.nextMs = Math.min(2 * delayMs, longestMs);
    return delayMs;
  }
}
