import { parseRange } from './send-file.js';

describe('the part of a file that a Range header asks for', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-5', { start: 2, end: 5 }],
    ['bytes=2-', { start: 2, end: 9 }],
    ['bytes=2-1000', { start: 2, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-1000', { start: 0, end: 9 }],
  ])('%s of ten bytes is a part', (header, range) => expect(parseRange(header, 10)).toEqual(range));

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s of ten bytes cannot be had',
    (header) => expect(parseRange(header, 10)).toBe('unsatisfiable'),
  );

  it.each([undefined, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'lines=0-1', 'bytes=a-b', 'bytes=0x1-2'])(
    '%s asks for all of it',
    (header) => expect(parseRange(header, 10)).toBeNull(),
  );

  it('an empty file has no part', () => expect(parseRange('bytes=0-0', 0)).toBe('unsatisfiable'));
});
