import { checkLiteral, isRequired, type Json, type PortSpec } from '@atelier/sdk';
import type { ToolView } from '../../tools/tools.service.js';

/** An input of a tool, as something to be talked about. */
export interface Slot {
  name: string;
  spec: PortSpec;
  /** its name as people write it, such as `cell width` */
  label: string;
}

const fileTypes = new Set<PortSpec['type']>(['file', 'image', 'mask', 'video', 'audio']);
/** Nobody can say these in words. */
const unspeakable = new Set<PortSpec['type']>(['latents', 'conditioning', 'json']);
const nameLike = /^(?:text|name|title|brand|company|word|slogan)(?:_|$)/;

export function slotsOf({ inputs }: Pick<ToolView, 'inputs'>): Slot[] {
  return Object.entries(inputs)
    .filter(([, spec]) => !unspeakable.has(itemOf(spec).type))
    .map(([name, spec]) => ({ name, spec, label: labelOf(name) }));
}

/** What is still to be said before the tool can run. */
export function missingSlots(slots: readonly Slot[], inputs: Readonly<Record<string, Json>>): Slot[] {
  return slots.filter(({ name, spec }) => isRequired(spec) && !Object.hasOwn(inputs, name));
}

/** Of a list, what its items are; of anything else, itself. */
export function itemOf(spec: PortSpec): PortSpec {
  return spec.type === 'list' ? itemOf(spec.items) : spec;
}

export function takesFiles({ spec }: Slot): boolean {
  return fileTypes.has(itemOf(spec).type);
}

export function takesText({ spec }: Slot): boolean {
  return spec.type === 'string' || spec.type === 'text';
}

/** A text of a tool that is about colours names one: not every tool declares them as what they are. */
export function takesColours({ name, spec }: Slot): boolean {
  const { type } = itemOf(spec);
  return type === 'colour' || ((type === 'string' || type === 'text') && /colou?rs?$/.test(name));
}

/** Takes the name of a thing rather than a description of it. */
export function takesName(slot: Slot): boolean {
  return takesText(slot) && !takesColours(slot) && nameLike.test(slot.name);
}

/** Takes a description of what is to be made. */
export function takesPrompt(slot: Slot): boolean {
  return takesText(slot) && slot.name === 'prompt';
}

/** What keeps a value from a slot, as a sentence; undefined where it fits. Whose a file is, its submit finds out. */
export function misfit(slot: Slot, value: Json): string | undefined {
  if (takesFiles(slot)) return undefined;
  const checked = checkLiteral(slot.spec, value);
  if ('value' in checked) return undefined;
  return `The ${slot.label} ${checked.problems[0]?.message ?? 'does not fit'}.`;
}

function labelOf(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').toLowerCase();
  return words === 'file id' ? 'picture' : words;
}
