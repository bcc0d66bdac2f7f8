import { errors } from 'jose';
import { Failure } from '@atelier/sdk';

/** What is told of a token that cannot be taken. The key set being out of reach is no fault of the token. */
export function refusalOf(error: unknown): Failure {
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) return outOfReach(error);
  // jose's own class for an answer of the key set's address that is no key set.
  if (error.code === 'ERR_JOSE_GENERIC' || error instanceof errors.JWKSInvalid) return outOfReach(error);
  return refused(sentenceOf(error), error);
}

export function refused(sentence: string, cause?: unknown): Failure {
  return new Failure('invalid-key', sentence, {}, { cause });
}

function outOfReach(cause: unknown): Failure {
  const sentence = 'The keys that tokens are checked with cannot be fetched at the moment; try again.';
  return new Failure('unavailable', sentence, {}, { cause });
}

function sentenceOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired; get a new one.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf') return 'The token is not valid yet; check the clock of whoever issued it.';
    return `The token is not meant for this server: its claim "${error.claim}" is another one or missing.`;
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return 'The token names no key of its issuer; get a new one.';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'The signature of the token is wrong; get a new one from the issuer that this server knows.';
  return 'The token is malformed; send it as its issuer gave it.';
}
