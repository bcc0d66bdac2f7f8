/** Milliseconds of the processor that work takes: unlike the time on the wall, not much longer on a busy machine. */
export function processorMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
