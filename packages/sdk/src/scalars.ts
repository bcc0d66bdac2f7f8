import { kindOf } from './json.js';
import { suggestion } from './nearest.js';
import type { SpecOf } from './ports.js';
import { compilePattern, maxPatternText } from './text-pattern.js';

/** The ports whose value is the same as JSON and in a node. */
export type ScalarSpec = SpecOf<'string' | 'integer' | 'number' | 'boolean' | 'enum' | 'colour'>;

const mostListed = 20;

/** What keeps a value from fitting a port of text, a number, true or false, a choice or a colour. */
export function scalarProblem(spec: ScalarSpec, value: unknown): string | undefined {
  switch (spec.type) {
    case 'string':
    case 'text':
      return typeof value === 'string' ? textProblem(spec, value) : `must be text, not ${kindOf(value)}`;
    case 'integer':
    case 'number':
      return numberProblem(spec, value);
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, not ${kindOf(value)}`;
    case 'enum':
      return choiceProblem(spec.values, value);
    case 'colour':
      return typeof value === 'string' && /^#(?:[0-9a-f]{6}|[0-9a-f]{8})$/i.test(value)
        ? undefined
        : 'must be a colour such as #ff8800 or, with opacity, #ff880080';
  }
}

function textProblem(
  { minLength = 0, pattern, ...bounds }: SpecOf<'string'>,
  text: string,
): string | undefined {
  const maxLength = longestText({ pattern, ...bounds });
  if (text.length < 2 * minLength && characters(text) < minLength) {
    return `must have at least ${minLength} ${minLength === 1 ? 'character' : 'characters'}`;
  }
  if (text.length > maxLength && characters(text) > maxLength) {
    return `must have at most ${maxLength} characters, not ${characters(text)}`;
  }
  if (pattern === undefined || compilePattern(pattern)(text)) return undefined;
  return `must match the pattern ${pattern}`;
}

/** The most characters that a port takes; only so many are held against a pattern. */
export function longestText({
  maxLength = Infinity,
  pattern,
}: Pick<SpecOf<'string'>, 'maxLength' | 'pattern'>): number {
  return pattern === undefined ? maxLength : Math.min(maxLength, maxPatternText);
}

/** Code points, as JSON Schema counts them. */
function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function numberProblem(
  { type, min = -Infinity, max = Infinity }: SpecOf<'number' | 'integer'>,
  value: unknown,
): string | undefined {
  if (typeof value !== 'number') return `must be a number, not ${kindOf(value)}`;
  if (type === 'integer' && !Number.isSafeInteger(value)) {
    return 'must be a whole number within ±(2^53 − 1)';
  }
  if (!Number.isFinite(value)) return 'must be a finite number';
  if (value >= min && value <= max) return undefined;
  if (max === Infinity) return `must be at least ${min}, not ${value}`;
  if (min === -Infinity) return `must be at most ${max}, not ${value}`;
  return `must be from ${min} to ${max}, not ${value}`;
}

function choiceProblem(values: readonly string[], value: unknown): string | undefined {
  if (typeof value === 'string' && values.includes(value)) return undefined;
  const listed = values.slice(0, mostListed).map((choice) => `“${choice}”`);
  if (values.length > mostListed) listed.push('…');
  const meant = typeof value === 'string' ? suggestion(value, values) : '';
  return `must be one of ${listed.join(', ')}${meant}`;
}
