import type { PortSpec } from './ports.js';

/** A media type as a `file` port accepts it. */
export const mediaTypePattern = /^(?:\*\/\*|[\w.+-]+\/(?:\*|[\w.+-]+))$/;

/** The media types of the files that a port may be given; undefined when it takes no file. */
export function acceptedMediaTypes(spec: PortSpec): readonly string[] | undefined {
  switch (spec.type) {
    case 'image':
    case 'mask':
      return ['image/*'];
    case 'video':
      return ['video/*'];
    case 'audio':
      return ['audio/*'];
    case 'file':
      return spec.accept ?? ['*/*'];
    default:
      return undefined;
  }
}

/** Whether two lists of media types, in which `image/*` may stand for a group, have a type in common. */
export function mediaTypesMeet(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) => others.some((other) => meet(one.toLowerCase(), other.toLowerCase())));
}

function meet(one: string, other: string): boolean {
  const [kind, form] = one.split('/');
  const [otherKind, otherForm] = other.split('/');
  if (kind === '*' || otherKind === '*') return true;
  return kind === otherKind && (form === '*' || otherForm === '*' || form === otherForm);
}
