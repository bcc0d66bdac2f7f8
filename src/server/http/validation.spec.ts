import { z } from 'zod';
import { invalidInput } from './validation.js';

const schema = z.strictObject({ 'a/b~c': z.array(z.object({ width: z.int() })), name: z.string() });

function failureFor(value: unknown) {
  const { error } = schema.safeParse(value);
  return invalidInput(error?.issues ?? []);
}

describe('a request that does not fit its schema', () => {
  it('hears of every problem, each with its JSON pointer', () => {
    const { code, message, details } = failureFor({ 'a/b~c': [{ width: 'wide' }] });
    expect(code).toBe('invalid-input');
    expect(message).toMatch(/^\/a~1b~0c\/0\/width: .*\(and 1 more\)\.$/);
    expect(details.problems).toMatchObject([{ pointer: '/a~1b~0c/0/width' }, { pointer: '/name' }]);
  });

  it('is named as a whole when it is wrong as a whole', () => {
    expect(failureFor(undefined).message).toMatch(/^The request: .*\.$/);
  });
});
