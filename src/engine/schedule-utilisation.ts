const WINDOW_MS = 1_800_000;
const SHORTEST_WINDOW_MS = 60_000;
const BACKLOG_MS = 600_000;

/**
 * How much of the devices' time the work asks for, loading not counted: the rate of the last half an hour and, where more
 * came than could be done, what it takes to work that off in ten minutes.
 * A backlog that comes of loading does not count. If it did, the scheduler would think itself overrun, load more often to be
 * fair to everybody, and never catch up.
 */
export class Utilisation {
  /** run time that arrived, each piece weighted by e^(-age / window) */
  private recentMs = 0;
  /** what would wait now had the devices done nothing but run since it came */
  private backlogMs = 0;
  private countedAt = 0;
  private beganAt: number | undefined;

  /** To be called for each segment that becomes ready, with its run time and the number of devices that may run it. */
  arrived(estimateMs: number, devices: number, now: number): void {
    this.beganAt ??= now;
    this.recentMs = this.recentAt(now) + estimateMs;
    this.backlogMs = this.backlogAt(devices, now) + estimateMs;
    this.countedAt = now;
  }

  /**
   * @param waitingMs run time of all that waits
   * @returns 0 to 1
   */
  at(waitingMs: number, devices: number, now: number): number {
    if (this.beganAt === undefined || devices === 0) return 0;
    // At first the window is only as long as there is history.
    const windowMs =
      WINDOW_MS * (1 - Math.exp(-Math.max(now - this.beganAt, SHORTEST_WINDOW_MS) / WINDOW_MS));
    const rate = this.recentAt(now) / windowMs;
    // Less waits than came where jobs were cancelled.
    const backlog = Math.min(this.backlogAt(devices, now), waitingMs) / BACKLOG_MS;
    return Math.min((rate + backlog) / devices, 1);
  }

  private recentAt(now: number): number {
    return this.recentMs * Math.exp((this.countedAt - now) / WINDOW_MS);
  }

  private backlogAt(devices: number, now: number): number {
    return Math.max(this.backlogMs - devices * (now - this.countedAt), 0);
  }
}
