import { defaultOf, isRequired, type Json, type PortSpec } from '@atelier/sdk';
import type { ToolView } from '../../tools/tools.service.js';
import { colourName } from '../reading/colours.js';
import { listed } from '../reading/words.js';
import {
  itemOf,
  missingSlots,
  type Slot,
  slotsOf,
  takesColours,
  takesFiles,
  takesName,
  takesPrompt,
} from './slots.js';
import type { DialogueState, KnownFile } from './turn.js';

const mostShown = 4;
const mostHints = 3;
const longestShown = 160;
/** Taken when said, and never offered. */
const forExperts = new Set<PortSpec['type']>(['seed', 'model']);

/** The question for one input. */
export function questionFor(
  slot: Slot,
  { subject }: Pick<DialogueState, 'subject'>,
  files: readonly KnownFile[],
): string {
  if (takesFiles(slot)) return fileQuestion(slot, files);
  if (takesName(slot))
    return subject === null ? 'What should it say?' : `What's the name of your ${headOf(subject)}?`;
  if (takesPrompt(slot)) return 'What should it show?';
  const label = slot.label;
  if (slot.spec.type === 'enum')
    return `Which ${label} would you like: ${listed(shortened(slot.spec.values), 'or')}?`;
  const bounds = boundsOf(slot);
  return `What ${label} would you like${bounds === '' ? '' : ` (${bounds})`}?`;
}

/** What may be said next, shortest first where there is much of it. */
export function suggestionsFor(tool: ToolView, state: DialogueState, files: readonly KnownFile[]): string[] {
  const slots = slotsOf(tool);
  const missing = missingSlots(slots, state.inputs);
  if (state.proposed) return ['Yes, go ahead', ...changes(slots, state), 'Cancel'];
  const open = [...missing, ...optionalSlots(slots, state.inputs).sort(byInterest)];
  return [...new Set(open.map((slot) => hintFor(slot, state, files)))].slice(0, mostHints);
}

/** `Logo maker with text “Bean There”, style vintage` */
export function describeRun(
  tool: ToolView,
  inputs: Readonly<Record<string, Json>>,
  files: readonly KnownFile[],
): string {
  const parts = slotsOf(tool)
    .filter(({ name }) => Object.hasOwn(inputs, name))
    .map((slot) => describeInput(slot, inputs[slot.name]!, files));
  return parts.length === 0 ? tool.title : `${tool.title} with ${listed(parts)}`;
}

/** What was left open, with what is taken for it. */
export function describeOpen(tool: ToolView, inputs: Readonly<Record<string, Json>>): string {
  const open = optionalSlots(slotsOf(tool), inputs).sort(byInterest);
  if (open.length === 0) return '';
  const shown = open.slice(0, mostShown).map((slot) => {
    const standard = defaultOf(slot.spec);
    const others =
      standard === undefined || standard === '' ? '' : `otherwise ${describeValue(slot, standard, [])}`;
    const said = [boundsOf(slot), others].filter((part) => part !== '').join('; ');
    return said === '' ? slot.label : `${slot.label} (${said})`;
  });
  return `You can still choose ${listed(shown)}${open.length > mostShown ? ', among others' : ''}, or leave that to me.`;
}

/** All that a slot takes, for somebody who asks. */
export function describeSlot(slot: Slot): string {
  const { label, spec } = slot;
  if (takesColours(slot)) return `Give ${label} by name or as codes such as #3498db.`;
  const about = spec.description === undefined ? '' : ` ${spec.description}.`;
  const standard = defaultOf(spec);
  const values = spec.type === 'enum' ? listed(spec.values, 'or') : boundsOf(slot);
  const takes = values === '' ? `The ${label} is yours to say.` : `The ${label} can be ${values}.`;
  return `${takes}${about}${standard === undefined || typeof standard === 'object' ? '' : ` Left out, it is ${describeValue(slot, standard, [])}.`}`;
}

export function credits(amount: number): string {
  if (amount === 0) return 'no credits';
  return amount === 1 ? '1 credit' : `${amount} credits`;
}

/** The last word of what something is for: the shop of a coffee shop. */
export function headOf(subject: string): string {
  return subject.split(' ').at(-1)!;
}

function describeInput(slot: Slot, value: Json, files: readonly KnownFile[]): string {
  if (typeof value === 'boolean') return value ? slot.label : `not ${slot.label}`;
  return `${slot.label} ${describeValue(slot, value, files)}`;
}

function describeValue(slot: Slot, value: Json, files: readonly KnownFile[]): string {
  if (Array.isArray(value)) return listed(value.map((item: Json) => describeValue(slot, item, files)));
  if (takesFiles(slot)) return files.find(({ id }) => id === value)?.name ?? String(value);
  if (takesColours(slot)) return colourName(String(value));
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string' || slot.spec.type === 'enum' || slot.spec.type === 'model')
    return String(value);
  return `“${value.length > longestShown ? `${value.slice(0, longestShown)}…` : value}”`;
}

function fileQuestion(slot: Slot, files: readonly KnownFile[]): string {
  const many = slot.spec.type === 'list';
  const what = many
    ? 'Which pictures should I take?'
    : `Which ${slot.label === 'image' ? 'picture' : slot.label} should I take?`;
  const [newest] = files;
  const known =
    newest === undefined
      ? ''
      : `, or say “${newest.origin === 'result' ? 'the result' : 'the latest upload'}” for ${newest.name}`;
  return `${what} Upload ${many ? 'them' : 'it'} with POST /v1/files/upload and send the file_id${known}.`;
}

function hintFor(slot: Slot, { subject }: DialogueState, files: readonly KnownFile[]): string {
  const { label, spec } = slot;
  if (takesFiles(slot))
    return files.length === 0 ? `Upload a ${label} and send its file_id` : 'Use the latest upload';
  if (takesColours(slot)) return 'Choose color scheme';
  if (takesName(slot)) return subject === null ? `Provide the ${label}` : `Provide ${headOf(subject)} name`;
  if (spec.type === 'enum') return `Select ${label} (${spec.values.slice(0, 3).join(', ')})`;
  const bounds = boundsOf(slot);
  return `${isRequired(spec) ? 'Provide' : 'Set'} ${label}${bounds === '' ? '' : ` (${bounds})`}`;
}

/** Messages that change what was proposed. */
function changes(slots: readonly Slot[], { inputs }: DialogueState): string[] {
  const choices = slots.filter(({ spec }) => spec.type === 'enum').sort(byInterest);
  return choices.slice(0, 2).flatMap(({ name, label, spec }) => {
    const values = spec.type === 'enum' ? spec.values : [];
    const now = Object.hasOwn(inputs, name) ? inputs[name] : defaultOf(spec);
    return values
      .filter((value) => value !== now)
      .slice(0, 2)
      .map((value) => (label === 'style' ? `Make it ${value}` : `Use ${label} ${value}`));
  });
}

export function optionalSlots(slots: readonly Slot[], inputs: Readonly<Record<string, Json>>): Slot[] {
  return slots.filter(
    ({ name, spec }) =>
      !isRequired(spec) && !Object.hasOwn(inputs, name) && !forExperts.has(itemOf(spec).type),
  );
}

/** Looks come before figures. */
function byInterest(a: Slot, b: Slot): number {
  return dullness(a) - dullness(b);
}

function dullness(slot: Slot): number {
  if (takesColours(slot)) return 0;
  return itemOf(slot.spec).type === 'enum' ? 1 : 2;
}

function boundsOf({ spec }: Slot): string {
  if (spec.type === 'enum') return shortened(spec.values).join(', ');
  if (spec.type === 'boolean') return 'yes or no';
  if (spec.type === 'integer' || spec.type === 'number') {
    if (spec.min !== undefined && spec.max !== undefined) return `${spec.min} to ${spec.max}`;
  }
  return '';
}

function shortened(values: readonly string[], most = 6): string[] {
  return values.length > most ? [...values.slice(0, most), '…'] : [...values];
}
