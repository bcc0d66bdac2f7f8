import { Failure } from '@atelier/sdk';
import { fieldOf, toErrorAnswer } from './failures.js';

describe('an error', () => {
  it('names the field and the reason, and all of them where there are several', () => {
    const problems = [
      { pointer: '/scene/subjects/0/style', message: 'is unknown' },
      { pointer: '', message: 'is odd.' },
    ];
    expect(toErrorAnswer(new Failure('invalid-input', 'x', { problems }))).toEqual({
      status: 400,
      body: {
        error: {
          code: 400,
          message: 'scene.subjects[0].style: is unknown. The request: is odd.',
          details: {
            field: 'scene.subjects[0].style',
            reason: 'is unknown',
            problems: [{ field: 'scene.subjects[0].style', reason: 'is unknown' }, { reason: 'is odd.' }],
          },
        },
      },
    });
  });

  it('has the failure as its reason where no field is at fault', () => {
    const failure = new Failure('queue-full', 'Try again.', { retryAfterSeconds: 30 });
    expect(toErrorAnswer(failure).body.error).toEqual({
      code: 503,
      message: 'Try again.',
      details: { reason: 'queue_full', retry_after_seconds: 30 },
    });
  });

  it.each([
    ['', ''],
    ['/scene', 'scene'],
    ['/scene/a~1b/10', 'scene.a/b[10]'],
  ])('has for the pointer “%s” the field “%s”', (pointer, field) => {
    expect(fieldOf(pointer)).toBe(field);
  });
});
