import { checkLiteral } from './literals.js';
import type { PortSpec } from './ports.js';
import type { Json } from './values.js';

/** The value that a port takes when none is given, normalised; undefined when there is none. */
export function defaultOf(spec: PortSpec): Json | undefined {
  const written = writtenDefault(spec);
  if (written === undefined) return undefined;
  const checked = checkLiteral(spec, written);
  return 'value' in checked ? checked.value : undefined;
}

/** The default as the declaration has it. */
export function writtenDefault(spec: PortSpec): Json | undefined {
  return 'default' in spec ? spec.default : undefined;
}

/** Whether a value must be given: the port has no default and is not optional. */
export function isRequired(spec: PortSpec): boolean {
  return !spec.optional && writtenDefault(spec) === undefined;
}

/**
 * The inputs with defaults in place of those that were left out. Inputs without a default stay absent and names that are not
 * declared are kept: both are for the caller to report.
 */
export function applyDefaults(
  inputs: Readonly<Record<string, PortSpec>>,
  given: Readonly<Record<string, Json>>,
): Record<string, Json> {
  const filled = { ...given };
  for (const [name, spec] of Object.entries(inputs)) {
    const value = defaultOf(spec);
    if (filled[name] === undefined && value !== undefined) filled[name] = value;
  }
  return filled;
}
