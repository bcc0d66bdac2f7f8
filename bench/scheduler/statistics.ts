export const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
export const mean = (values: number[]): number => sum(values) / values.length;

export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)]!;
}

/** 1 where all have the same, 1/n where one has everything (Jain, Chiu and Hawe 1984). */
export const jain = (values: number[]): number =>
  sum(values) ** 2 / (values.length * sum(values.map((value) => value ** 2)));

/** Mean wait of a queue with Poisson arrivals and `servers` equal servers (Allen and Cunneen 1978). */
export function allenCunneenMs(serviceMs: number[], servers: number, load: number): number {
  const meanMs = mean(serviceMs);
  const squaredVariation = mean(serviceMs.map((ms) => (ms - meanMs) ** 2)) / meanMs ** 2;
  return ((erlangC(servers, load) * meanMs) / (servers * (1 - load))) * ((1 + squaredVariation) / 2);
}

/** Probability that an arrival has to wait. */
function erlangC(servers: number, load: number): number {
  const offered = servers * load;
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (offered * blocked) / (n + offered * blocked);
  return blocked / (1 - load * (1 - blocked));
}
