import { Failure, failureCodes } from './failure.js';

describe('a failure', () => {
  it('carries its code, sentence, details and cause', () => {
    const cause = new Error('disk');
    const failure = new Failure('storage-full', 'Free some space.', { missing: 5 }, { cause });
    expect(failure).toBeInstanceOf(Error);
    expect(failure).toMatchObject({
      name: 'Failure',
      code: 'storage-full',
      message: 'Free some space.',
      cause,
    });
    expect(failure.details).toEqual({ missing: 5 });
    expect(new Failure('timeout', 'Try again.').details).toEqual({});
  });

  it('crosses a process border as a record', () => {
    const failure = new Failure('too-large', 'Make it smaller.', { max: 5 }, { cause: new Error('secret') });
    const record = structuredClone(failure.toRecord());
    expect(record).toEqual({ code: 'too-large', message: 'Make it smaller.', details: { max: 5 } });
    expect(Failure.fromRecord(record)).toEqual(failure);
  });

  it('is recognised when it comes from another copy of this package', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('atelier.failure')]: true });
    expect(Failure.is(foreign)).toBe(true);
    expect(Failure.is(new Failure('internal', 'x'))).toBe(true);
  });

  it.each([new Error('x'), null, undefined, 'internal', { code: 'internal' }])('is not %p', (other) => {
    expect(Failure.is(other)).toBe(false);
  });

  it('has codes of lower-case words, each with one sentence', () => {
    for (const [code, sentence] of Object.entries(failureCodes)) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(sentence).toMatch(/^[A-Z][^.]*\.$/);
    }
  });
});
