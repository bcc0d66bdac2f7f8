import { applyDefaults, defaultOf, isRequired } from './defaults.js';
import type { PortSpec } from './ports.js';

const ports: Record<string, PortSpec> = {
  prompt: { type: 'string' },
  steps: { type: 'integer', default: 20 },
  tint: { type: 'colour', default: '#FFFFFF' },
  seed: { type: 'seed', default: '-1' },
  tiled: { type: 'boolean', default: false },
  mask: { type: 'mask', optional: true },
  extra: { type: 'json', default: null },
};

describe('defaults', () => {
  it('stand in for inputs that were left out, in their normal form', () => {
    expect(applyDefaults(ports, { prompt: 'a cat' })).toEqual({
      prompt: 'a cat',
      steps: 20,
      tint: '#ffffff',
      seed: -1,
      tiled: false,
      extra: null,
    });
  });

  it('give way to what is given, be it false, empty or null', () => {
    const given = { prompt: '', steps: 0, tint: '#000000', seed: 1, tiled: true, extra: null, other: 1 };
    expect(applyDefaults(ports, given)).toEqual(given);
  });

  it('do not change the inputs given', () => {
    expect(() => applyDefaults(ports, Object.freeze({ prompt: 'x' }))).not.toThrow();
  });

  it('and being optional are what makes an input not required', () => {
    expect(Object.keys(ports).filter((name) => isRequired(ports[name]!))).toEqual(['prompt']);
  });

  it('are absent for a port without one', () => {
    expect(defaultOf({ type: 'image' })).toBeUndefined();
    expect(defaultOf({ type: 'number' })).toBeUndefined();
  });
});
