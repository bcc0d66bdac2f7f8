import fc from 'fast-check';
import { safeFileName } from './file-name.js';

describe('safeFileName', () => {
  it.each([
    ['holiday.png', 'holiday.png'],
    ['Fête d’été (2).jpeg', 'Fête d’été (2).jpeg'],
    ['写真.png', '写真.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ann\\cat.png', 'cat.png'],
    ['..', 'file'],
    ['...', 'file'],
    ['', 'file'],
    ['/', 'file'],
    ['.htaccess', 'htaccess'],
    ['a\0b\r\nc.png', 'abc.png'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['a"b<c>d|e?f*g:h.png', 'a_b_c_d_e_f_g_h.png'],
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['console.txt', 'console.txt'],
    ['trailing. . ', 'trailing'],
    ['lone \ud800 surrogate.png', 'lone  surrogate.png'],
  ])('makes of %j the name %j', (given, expected) => {
    expect(safeFileName(given)).toBe(expected);
  });

  it('cuts a long name before its extension, between characters', () => {
    const name = safeFileName(`${'ü'.repeat(200)}.png`);
    expect(name).toBe(`${'ü'.repeat(125)}.png`);
    expect(safeFileName('x'.repeat(1000))).toBe('x'.repeat(255));
    expect(safeFileName(`a.${'b'.repeat(1000)}`)).toHaveLength(255);
  });

  it('makes of any text a name that is safe, fits and stays the same when it is made safe again', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 })),
        (given) => {
          const name = safeFileName(given);
          expect(Buffer.byteLength(name)).toBeGreaterThan(0);
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
          expect(name).not.toMatch(/[/\\\x00-\x1f<>:"|?*]|^\.|^\s|[\s.]$/);
          expect(Buffer.from(name).toString()).toBe(name);
          expect(safeFileName(name)).toBe(name);
        },
      ),
    );
  });
});
