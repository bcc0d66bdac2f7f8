import { DiffusionError } from '../diffusion-error.js';

/** A parsed `scheduler_config.json`; what is absent or null has the default of the scheduler that reads it. */
export type SchedulerConfig = Readonly<Record<string, unknown>>;

/** @throws DiffusionError `model-invalid` */
export function numberField<Fallback extends number | null>(
  config: SchedulerConfig,
  name: string,
  fallback: Fallback,
): number | Fallback {
  const value = config[name] ?? fallback;
  // Python writes infinities that JSON does not know, so they come as text.
  const number = typeof value === 'string' ? Number(value) : value;
  if (number === fallback) return fallback;
  if (typeof number !== 'number' || Number.isNaN(number)) throw unfit(config, name, 'a number');
  return number;
}

/** @throws DiffusionError `model-invalid` */
export function flagField(config: SchedulerConfig, name: string, fallback: boolean): boolean {
  const value = config[name] ?? fallback;
  if (typeof value !== 'boolean') throw unfit(config, name, 'true or false');
  return value;
}

/** @throws DiffusionError `model-invalid` */
export function choiceField<Choice extends string>(
  config: SchedulerConfig,
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const value = config[name] ?? fallback;
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw unfit(config, name, choices.join(', '));
  return choice;
}

/**
 * Numbers would be wrong if a field that asks for more than the scheduler can do were passed over.
 * @throws DiffusionError `model-invalid`
 */
export function refuseFlags(config: SchedulerConfig, ...names: readonly string[]): void {
  const asked = names.find((name) => flagField(config, name, false));
  if (asked !== undefined) throw unfit(config, asked, 'false');
}

function unfit(config: SchedulerConfig, name: string, expected: string): DiffusionError {
  return new DiffusionError(
    'model-invalid',
    `scheduler_config.json: "${name}" is ${JSON.stringify(config[name])}; supported here: ${expected}.`,
  );
}
