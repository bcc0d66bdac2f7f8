import type { Random } from '@atelier/sdk';

export function pick<Value>(values: readonly Value[], random: Random): Value {
  return values[random.below(values.length)]!;
}
