import { flagField, numberField, type SchedulerConfig } from './config-fields.js';

/** How far a predicted clean sample may go; null where it is not clipped. */
export function clipRange(config: SchedulerConfig): number | null {
  return flagField(config, 'clip_sample', false) ? numberField(config, 'clip_sample_range', 1) : null;
}

/** Changes the values in place. */
export function clip(values: Float32Array, range: number | null): Float32Array {
  if (range === null) return values;
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i]!, -range), range);
  return values;
}
