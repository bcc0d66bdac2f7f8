/**
 * Why a picture could not be made: `model-missing` the folder is no model, or a file of it is not there · `model-invalid` a file does
 * not fit its model · `invalid-input` a value of the request does not fit this model.
 */
export type DiffusionErrorCode = 'model-missing' | 'model-invalid' | 'invalid-input';

/** What this library throws besides the errors of sessions and of an aborted signal. Its message says what to do. */
export class DiffusionError extends Error {
  constructor(
    readonly code: DiffusionErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'DiffusionError';
  }
}
