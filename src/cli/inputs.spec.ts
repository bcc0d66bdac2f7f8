import type { PortSpec } from '@atelier/sdk';
import { readAssignment, readInputs } from './inputs.js';

const declared: Record<string, PortSpec> = {
  width: { type: 'integer' },
  scale: { type: 'number' },
  seed: { type: 'seed' },
  tiled: { type: 'boolean' },
  prompt: { type: 'text' },
  options: { type: 'json' },
  colours: { type: 'list', items: { type: 'colour' } },
  sizes: { type: 'list', items: { type: 'integer' } },
};

const read = (...typed: string[]) =>
  readInputs(
    declared,
    typed.map((text) => readAssignment('--set', text)),
  );

describe('the values of --set', () => {
  it.each([
    ['width=640', { width: 640 }],
    ['scale=-0.5', { scale: -0.5 }],
    ['seed=-1', { seed: '-1' }],
    ['tiled=true', { tiled: true }],
    ['tiled=false', { tiled: false }],
    ['prompt=a = b', { prompt: 'a = b' }],
    ['prompt=', { prompt: '' }],
    ['prompt=12', { prompt: '12' }],
    ['options={"a":[1,null]}', { options: { a: [1, null] } }],
    ['sizes=[1,2]', { sizes: [1, 2] }],
    ['sizes=3', { sizes: [3] }],
  ])('reads %s as the declared type', (typed, value) => {
    expect(read(typed)).toEqual(value);
  });

  it('keeps every digit of a 64-bit seed', () => {
    expect(read('seed=18446744073709551615')).toEqual({ seed: '18446744073709551615' });
    expect(read('options={"seed":18446744073709551615}')).toEqual({
      options: { seed: '18446744073709551615' },
    });
  });

  it('makes a list of an input that is given several times', () => {
    expect(read('colours=#ff0000', 'colours=#00ff00')).toEqual({ colours: ['#ff0000', '#00ff00'] });
  });

  it.each([
    ['width=1.5', 'The input "width" takes a whole number, not "1.5".'],
    ['width=', 'The input "width" takes a whole number, not "".'],
    ['scale=large', 'The input "scale" takes a number, not "large".'],
    ['seed=0x10', 'The input "seed" takes a whole number from 0, or -1 for a random one, not "0x10".'],
    ['tiled=yes', 'The input "tiled" takes true or false, not "yes".'],
    ['options={', /The input "options" takes JSON\. .*line 1/],
    ['height=1', /The pipeline has no input "height"; it has width, scale, /],
    ['width', '--set takes NAME=VALUE, not "width".'],
    ['=1', '--set takes NAME=VALUE, not "=1".'],
  ])('refuses %s with a sentence', (typed, message) => {
    expect(() => read(typed)).toThrow(message);
  });

  it('refuses two values for an input that takes one', () => {
    expect(() => read('width=1', 'width=2')).toThrow('The input "width" takes one value and was given 2.');
  });

  it('does not take a name from the prototype for a declared one', () => {
    expect(() => read('constructor=1')).toThrow('The pipeline has no input "constructor"');
  });
});
