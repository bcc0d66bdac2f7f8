/** Of the objects that all code of a process shares, those that a careless plugin may change for the others. */
const shared: readonly object[] = [
  ...[Object, Function, Array, String, Number, RegExp, Date, Map, Set, Promise, Error, Uint8Array].map(
    (constructor) => constructor.prototype as object,
  ),
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Object.getPrototypeOf([][Symbol.iterator]()) as object,
  Object,
  Array,
  Number,
  Promise,
  JSON,
  Math,
  Reflect,
];

type Key = string | symbol;

interface Property {
  key: Key;
  value: unknown;
  descriptor: PropertyDescriptor;
}

interface Original {
  object: Record<Key, unknown>;
  /** with a value: those are compared without making a descriptor, which is much faster */
  values: Property[];
  accessors: Property[];
}

// What the guard needs is taken before any plugin runs, and it uses nothing that it guards: index loops, no iterators.
const { ownKeys, getOwnPropertyDescriptor, defineProperty, deleteProperty } = Reflect;
const { is, hasOwn } = Object;

/**
 * Notices that code has changed the objects that all code shares (`Array.prototype.map = …`) and puts them back.
 * A check takes some 30 µs.
 */
export class BuiltinGuard {
  private readonly originals = shared.map(originalOf);

  /** Puts back what was changed since the guard was made. Returns whether anything was. */
  restore(): boolean {
    let changed = false;
    for (let index = 0; index < this.originals.length; index++) {
      const original = this.originals[index] as Original;
      if (isIntact(original)) continue;
      changed = true;
      putBack(original);
    }
    return changed;
  }
}

function originalOf(object: object): Original {
  const properties = ownKeys(object).map((key): Property => {
    const descriptor = getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    return { key, value: descriptor.value, descriptor };
  });
  return {
    object: object as Record<Key, unknown>,
    values: properties.filter(({ descriptor }) => hasOwn(descriptor, 'value')),
    accessors: properties.filter(({ descriptor }) => !hasOwn(descriptor, 'value')),
  };
}

function isIntact({ object, values, accessors }: Original): boolean {
  if (ownKeys(object).length !== values.length + accessors.length) return false;
  for (let index = 0; index < values.length; index++) {
    const { key, value } = values[index] as Property;
    if (!is(object[key], value)) return false;
  }
  for (let index = 0; index < accessors.length; index++) {
    const { key, descriptor } = accessors[index] as Property;
    const now = getOwnPropertyDescriptor(object, key);
    if (now === undefined || now.get !== descriptor.get || now.set !== descriptor.set) return false;
  }
  return true;
}

function putBack({ object, values, accessors }: Original): void {
  const present = ownKeys(object);
  for (let index = 0; index < present.length; index++) deleteProperty(object, present[index] as Key);
  define(object, values);
  define(object, accessors);
}

function define(object: object, properties: Property[]): void {
  for (let index = 0; index < properties.length; index++) {
    const { key, descriptor } = properties[index] as Property;
    defineProperty(object, key, descriptor);
  }
}
