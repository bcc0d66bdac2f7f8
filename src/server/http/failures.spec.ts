import { NotFoundException, PayloadTooLargeException } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { retryAfterSeconds, toFailure } from './failures.js';

describe('what was thrown while a request was answered', () => {
  it('a Failure stays what it is', () => {
    const failure = new Failure('conflict', 'The job has ended.');
    expect(toFailure(failure, 'req_1')).toBe(failure);
  });

  it("the HTTP library's errors become failures by their status", () => {
    expect(toFailure(new NotFoundException('Cannot GET /secret/path'), 'req_1')).toMatchObject({
      code: 'not-found',
      message: 'There is nothing under this address.',
      details: { kind: 'endpoint' },
    });
    expect(toFailure(new PayloadTooLargeException(), 'req_1').code).toBe('too-large');
    expect(toFailure(Object.assign(new Error('x'), { statusCode: 415 }), 'req_1').code).toBe(
      'unsupported-media',
    );
  });

  it('anything else is internal and tells nothing but where to look', () => {
    const error = new Error('ENOENT: /home/someone/data/atelier.sqlite');
    const failure = toFailure(error, 'req_1');
    expect(failure.code).toBe('internal');
    expect(failure.details).toEqual({ correlationId: 'req_1' });
    expect(JSON.stringify(failure.toRecord())).not.toContain('/home');
    expect(failure.cause).toBe(error);
    expect(toFailure('a string', 'req_2').details).toEqual({ correlationId: 'req_2' });
  });
});

describe('when to come back', () => {
  it('a failure may say it', () => {
    expect(retryAfterSeconds(new Failure('queue-full', 'Full.', { retryAfterSeconds: 12.2 }))).toBe(13);
  });

  it('a failure that passes has a time of its own, others have none', () => {
    expect(retryAfterSeconds(new Failure('unavailable', 'Stopping.'))).toBe(5);
    expect(retryAfterSeconds(new Failure('not-found', 'No.'))).toBeUndefined();
  });
});
