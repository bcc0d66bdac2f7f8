import { Failure, failureCodes } from '@atelier/sdk';
import { plainJson } from '../runtime/plain-json.js';
import { messageOf } from '../runtime/thrown.js';

/**
 * The one place where what a plugin, or the host on its behalf, threw becomes a failure that may be shown.
 * @param subject begins the sentence: `The node paint`
 * @param details go out with it
 */
export function toFailure(
  thrown: unknown,
  subject: string,
  details: Readonly<Record<string, unknown>>,
): Failure {
  const message = `${subject} failed: ${messageOf(thrown)}`;
  if (!Failure.is(thrown)) return new Failure('node-failed', message, details);
  const code = Object.hasOwn(failureCodes, thrown.code) ? thrown.code : 'node-failed';
  return new Failure(code, message, { ...plainJson(thrown.details), ...details });
}
