import { Failure, failureCodes, type FailureCode } from '@atelier/sdk';
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
  const own = Failure.is(thrown) ? plainJson(thrown.details) : {};
  return new Failure(codeOf(thrown), message, { ...own, ...details });
}

/** Libraries that do not know the sdk may throw errors with one of its codes too. */
function codeOf(thrown: unknown): FailureCode {
  if (!(thrown instanceof Error) && !Failure.is(thrown)) return 'node-failed';
  const { code } = thrown as { code?: unknown };
  return typeof code === 'string' && Object.hasOwn(failureCodes, code)
    ? (code as FailureCode)
    : 'node-failed';
}
