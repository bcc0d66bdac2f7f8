import { Failure } from '@atelier/sdk';
import { QueryFailedError } from 'typeorm';
import { toErrorAnswer } from './failures.js';

describe('a failure on the wire', () => {
  it.each([
    ['out-of-memory', 503, 'API_ERROR'],
    ['queue-full', 503, 'API_ERROR'],
    ['model-missing', 503, 'API_ERROR'],
    ['node-failed', 500, 'API_ERROR'],
    ['timeout', 500, 'API_TIMEOUT'],
    ['storage-full', 500, 'STORAGE_ERROR'],
    ['unsupported-media', 400, 'INVALID_PARAMETERS'],
    ['not-found', 404, 'NOT_FOUND'],
  ] as const)('of the code %s has status %i and code %s', (failure, status, code) => {
    const answer = toErrorAnswer(new Failure(failure, 'A sentence.'));
    expect(answer).toEqual({ status, body: { success: false, error: 'A sentence.', code } });
  });

  it('says of an invalid request what is wrong first, and all of it in the details', () => {
    const problems = [
      { pointer: '/width', message: 'width must be positive' },
      { pointer: '/prompt', message: 'Prompt is required' },
    ];
    expect(toErrorAnswer(new Failure('invalid-input', 'Two things.', { problems }))).toEqual({
      status: 400,
      body: {
        success: false,
        error: 'width must be positive',
        code: 'INVALID_PARAMETERS',
        details: { problems },
      },
    });
    const turned = toErrorAnswer(
      new Failure('invalid-input', 'Two things.', { problems: problems.toReversed() }),
    );
    expect(turned.body).toMatchObject({ error: 'Prompt is required', code: 'INVALID_PROMPT' });
  });

  it('is the storage’s or the database’s where that is what failed', () => {
    const storage = new Failure('unavailable', 'No folder.', { kind: 'storage' });
    expect(toErrorAnswer(storage)).toMatchObject({ status: 500, body: { code: 'STORAGE_ERROR' } });
    const cause = new QueryFailedError('SELECT 1', [], new Error('database disk image is malformed'));
    for (const [code, status] of [
      ['internal', 500],
      ['unavailable', 503],
    ] as const) {
      const failure = new Failure(code, 'A sentence.', {}, { cause });
      expect(toErrorAnswer(failure)).toMatchObject({ status, body: { code: 'DATABASE_ERROR' } });
    }
  });
});
