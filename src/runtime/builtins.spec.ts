import { BuiltinGuard } from './builtins.js';

describe('BuiltinGuard', () => {
  const shared = {
    array: Array.prototype as { map?: unknown; flat?: unknown },
    object: Object.prototype as { tainted?: number },
  };

  it('finds nothing wrong when nothing was changed', () => {
    expect(new BuiltinGuard().restore()).toBe(false);
  });

  it.each<[string, () => void, () => boolean]>([
    ['replaced', () => (shared.array.map = () => []), () => [1].map((x) => x)[0] === 1],
    ['added', () => (shared.object.tainted = 1), () => !('tainted' in {})],
    ['deleted', () => delete shared.array.flat, () => typeof Array.prototype.flat === 'function'],
    [
      'redefined',
      () => Object.defineProperty(Map.prototype, 'size', { get: () => 7, configurable: true }),
      () => new Map().size === 0,
    ],
    [
      'turned against the guard',
      () => {
        Object.assign(Object.getPrototypeOf([][Symbol.iterator]()) as object, {
          next: () => ({ done: true }),
        });
        Object.assign(Object, { is: () => true, hasOwn: () => false });
        Object.assign(Reflect, { ownKeys: () => [], defineProperty: () => false });
      },
      () =>
        [...[1, 2]].length === 2 && Object.hasOwn({ a: 1 }, 'a') && Reflect.ownKeys({ a: 1 }).length === 1,
    ],
  ])('puts back what was %s', (_how, change, isRight) => {
    const guard = new BuiltinGuard();
    change();
    const changed = guard.restore();
    expect(isRight()).toBe(true);
    expect(changed).toBe(true);
    expect(guard.restore()).toBe(false);
  });
});
