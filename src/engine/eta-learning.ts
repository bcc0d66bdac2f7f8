/** Weight that an observation loses with each later one: about the last fifty count. */
const MEMORY = 0.98;
const LOAD_STEP = 0.3;

/** Weighted sums over observations (size, ms), from which a line is fitted. Plain JSON, so that it can be kept. */
export interface Sums {
  weight: number;
  size: number;
  ms: number;
  sizeSquared: number;
  sizeMs: number;
}

/**
 * Run times as a·size + b, one line per kind of work, fitted by least squares over the recent past. `size` is what the
 * time grows with, such as steps × pictures; a kind is what else it depends on, such as node, model, device kind and shape.
 */
export class RunTimes {
  private readonly sums: Map<string, Sums>;

  /** @param saved what `saved()` gave */
  constructor(saved: Record<string, Sums> = {}) {
    this.sums = new Map(Object.entries(saved));
  }

  observe(kind: string, size: number, ms: number): void {
    const old = this.sums.get(kind) ?? { weight: 0, size: 0, ms: 0, sizeSquared: 0, sizeMs: 0 };
    this.sums.set(kind, {
      weight: MEMORY * old.weight + 1,
      size: MEMORY * old.size + size,
      ms: MEMORY * old.ms + ms,
      sizeSquared: MEMORY * old.sizeSquared + size * size,
      sizeMs: MEMORY * old.sizeMs + size * ms,
    });
  }

  /** Expected ms; undefined for a kind never seen. Sizes that never varied are taken to count in proportion. */
  estimate(kind: string, size: number): number | undefined {
    const sums = this.sums.get(kind);
    if (!sums) return undefined;
    const meanSize = sums.size / sums.weight;
    const meanMs = sums.ms / sums.weight;
    const variance = sums.sizeSquared / sums.weight - meanSize ** 2;
    const slope = (sums.sizeMs / sums.weight - meanSize * meanMs) / variance;
    const intercept = meanMs - slope * meanSize;
    // Neither more work in less time nor a start before nothing can be meant: that is noise.
    const isLine = variance > 1e-6 * meanSize ** 2 && slope >= 0 && intercept >= 0;
    if (isLine) return slope * size + intercept;
    return meanSize > 0 ? (meanMs * size) / meanSize : meanMs;
  }

  saved(): Record<string, Sums> {
    return Object.fromEntries(this.sums);
  }
}

/** What `LoadTimes` has learnt. Plain JSON, so that it can be kept. */
export interface LoadRecord {
  ms: number;
  memoryMiB: number;
}

/**
 * Load times per model and device kind as a moving average. A model that was never loaded is expected to load as fast as
 * the others did on such a device.
 */
export class LoadTimes {
  private readonly records: Map<string, LoadRecord>;

  /** @param saved what `saved()` gave */
  constructor(saved: Record<string, LoadRecord> = {}) {
    this.records = new Map(Object.entries(saved));
  }

  observe(modelId: string, deviceKind: string, memoryMiB: number, ms: number): void {
    const key = `${deviceKind} ${modelId}`;
    const old = this.records.get(key)?.ms ?? ms;
    this.records.set(key, { ms: old + LOAD_STEP * (ms - old), memoryMiB });
  }

  memoryMiB(modelId: string, deviceKind: string): number | undefined {
    return this.records.get(`${deviceKind} ${modelId}`)?.memoryMiB;
  }

  /** Expected ms; undefined before anything was loaded on such a device. */
  estimate(modelId: string, deviceKind: string, memoryMiB: number): number | undefined {
    const known = this.records.get(`${deviceKind} ${modelId}`);
    if (known) return known.ms;
    const others = [...this.records].filter(([key]) => key.startsWith(`${deviceKind} `));
    if (others.length === 0) return undefined;
    const total = others.reduce(
      (sum, [, record]) => ({ ms: sum.ms + record.ms, memoryMiB: sum.memoryMiB + record.memoryMiB }),
      { ms: 0, memoryMiB: 0 },
    );
    return (total.ms * memoryMiB) / total.memoryMiB;
  }

  saved(): Record<string, LoadRecord> {
    return Object.fromEntries(this.records);
  }
}
