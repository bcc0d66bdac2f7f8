import { isRequired } from './defaults.js';
import { acceptedMediaTypes, mediaTypesMeet } from './media-types.js';
import type { PortSpec, PortType } from './ports.js';

/**
 * What an output of a type may feed beside inputs of its own type; the host converts the value on its way: a file is decoded,
 * an image becomes a PNG file or, by its brightness, a mask, video and audio become their file, an integer becomes a seed, and
 * a seed becomes JSON as `seedToJson` writes it.
 */
export const conversions: Readonly<Partial<Record<PortType, readonly PortType[]>>> = {
  integer: ['number', 'seed', 'json'],
  number: ['json'],
  boolean: ['json'],
  string: ['text', 'json'],
  text: ['string', 'json'],
  enum: ['string', 'text', 'json'],
  colour: ['json'],
  seed: ['json'],
  image: ['mask', 'file'],
  video: ['file'],
  audio: ['file'],
  file: ['image', 'mask', 'video', 'audio'],
};

/**
 * Whether an output may feed an input: its type is the input's or converts to it, and it is not absent where a value is needed.
 * One value may feed a list, which then has this one element; lists feed lists of the same depth, element by element.
 */
export function connectable(from: PortSpec, to: PortSpec): boolean {
  if (from.optional && isRequired(to)) return false;
  return from.type === 'list' ? convertible(from, to) : convertible(from, elementOf(to));
}

function elementOf(spec: PortSpec): PortSpec {
  return spec.type === 'list' ? elementOf(spec.items) : spec;
}

function convertible(from: PortSpec, to: PortSpec): boolean {
  if (from.type === 'list') {
    if (to.type === 'list') return convertible(from.items, to.items);
    return to.type === 'json' && convertible(from.items, to);
  }
  return (from.type === to.type || conversions[from.type]?.includes(to.type) === true) && mayFit(from, to);
}

/** What is known of two ports beside their types: a choice that the input lacks, files of a type that it refuses. */
function mayFit(from: PortSpec, to: PortSpec): boolean {
  if (from.type === 'enum' && to.type === 'enum') {
    return from.values.every((value) => to.values.includes(value));
  }
  const types = from.type === 'image' ? ['image/png'] : acceptedMediaTypes(from);
  const accepted = acceptedMediaTypes(to);
  return !types || !accepted || mediaTypesMeet(types, accepted);
}
