import { isRequired, type Json } from '@atelier/sdk';
import {
  itemOf,
  misfit,
  type Slot,
  takesColours,
  takesFiles,
  takesName,
  takesPrompt,
  takesText,
} from '../dialogue/slots.js';
import { readAnswer } from './answers.js';
import { guessChoice, takeChoice, takeFlag } from './choices.js';
import { takeColours } from './colours.js';
import { takeFileIds, takeFileNames, takePointedFiles } from './files.js';
import { takeDimensions, takeNumber } from './numbers.js';
import { promptOf, readPurpose, takeCalled, takeQuoted } from './texts.js';
import type { ReadRequest } from './request.js';
import { Unread } from './unread.js';
import { patternOf } from './words.js';

export interface Reading {
  values: Record<string, Json>;
  /** why something that was said does not fit, as sentences */
  problems: string[];
  subject: string | null;
}

/** Finds values for a tool's inputs in what somebody writes. */
export function readValues(message: string, request: ReadRequest): Reading {
  const reader = new Reader(message, request);
  reader.assignments();
  reader.quotedTexts();
  reader.fileIds();
  reader.numbers();
  reader.purpose();
  reader.calledTexts();
  reader.prompt();
  const free = readAnswer(reader.unread, request, (name) => reader.has(name));
  if (free !== null) reader.set(request.asked!, free);
  reader.choices();
  reader.colours();
  reader.pointedFiles();
  reader.guess();
  return reader.reading;
}

/** Goes over one message once for each kind of value, the least mistakable first. */
class Reader {
  readonly unread: Unread;
  readonly reading: Reading = { values: {}, problems: [], subject: null };

  constructor(
    private readonly message: string,
    private readonly request: ReadRequest,
  ) {
    this.unread = new Unread(message);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.reading.values, name);
  }

  set(slot: Slot, value: Json): void {
    const problem = misfit(slot, value);
    if (problem === undefined) this.reading.values[slot.name] = value;
    else this.reading.problems.push(problem);
  }

  /** `format: png`, `width = 300` */
  assignments(): void {
    for (const slot of this.request.slots.filter((slot) => takesText(slot) && !takesColours(slot))) {
      const label = `(?:${patternOf(slot.label)}|${patternOf(slot.name)})`;
      const match = this.unread.take(
        new RegExp(
          `(?<![\\p{L}\\p{N}])${label}\\s*[:=]\\s*(?:"([^"\\n]{1,4000})"|'([^'\\n]{1,4000})'|([^,;\\n\\0]{1,4000}))`,
          'iu',
        ),
      );
      const value = (match?.[1] ?? match?.[2] ?? match?.[3])?.trim();
      if (value) this.set(slot, value);
    }
  }

  quotedTexts(): void {
    const texts = this.texts();
    for (const text of takeQuoted(this.unread)) {
      const slot = texts.find(({ name }) => !this.has(name));
      if (slot !== undefined) this.set(slot, text);
    }
  }

  fileIds(): void {
    this.fill(this.fileSlots(), takeFileIds(this.unread));
    this.fill(this.fileSlots(), takeFileNames(this.unread, this.request.files));
  }

  numbers(): void {
    const numeric = this.request.slots.filter(({ spec }) => /^(?:integer|number|seed)$/.test(spec.type));
    for (const [name, value] of Object.entries(takeDimensions(this.unread, numeric))) {
      this.set(
        numeric.find((slot) => slot.name === name)!,
        value,
      );
    }
    for (const slot of numeric.filter(({ name }) => !this.has(name))) {
      const value = takeNumber(this.unread, slot);
      if (value !== null) this.set(slot, value);
    }
  }

  /** Takes “for my coffee shop” out of what is read for values: an olive shop need not be olive. */
  purpose(): void {
    const name = this.request.slots.find(takesName);
    if (name === undefined || !isRequired(name.spec)) return;
    const found = readPurpose(this.unread.rest);
    this.reading.subject = found.subject;
    for (const text of [found.subject, found.name]) {
      if (text !== null) this.unread.take(new RegExp(patternOf(text), 'u'));
    }
    if (found.name !== null && !this.has(name.name) && this.request.opens) this.set(name, found.name);
  }

  calledTexts(): void {
    const slot = this.texts().find((slot) => !this.has(slot.name) && !takesPrompt(slot));
    const text = slot === undefined ? null : takeCalled(this.unread);
    if (text !== null) this.set(slot!, text);
  }

  prompt(): void {
    const slot = this.request.slots.find(takesPrompt);
    if (slot === undefined || this.has(slot.name) || !this.request.opens) return;
    const text = promptOf(this.unread.remainder());
    if (text !== null) this.set(slot, text);
  }

  choices(): void {
    for (const slot of this.request.slots) {
      if (slot.spec.type === 'boolean') this.note(slot, takeFlag(this.unread, slot));
      if (slot.spec.type === 'enum') this.note(slot, this.labelled(slot.spec.values, slot) ?? null);
    }
    const open = this.request.slots.filter(({ name, spec }) => spec.type === 'enum' && !this.has(name));
    const first = open.filter(({ name }) => name === this.request.asked?.name);
    for (const slot of new Set([...first, ...open])) {
      if (slot.spec.type === 'enum') this.note(slot, takeChoice(this.unread, slot.spec.values));
    }
  }

  colours(): void {
    const slot = this.request.slots.find(takesColours);
    if (slot === undefined) return;
    const colours = takeColours(this.unread);
    if (colours.length === 0) return;
    if (slot.spec.type !== 'list') return this.set(slot, colours[0]!);
    const before = Object.hasOwn(this.request.given, slot.name) ? this.request.given[slot.name] : [];
    const adds = /\b(?:add|also|plus)\b/i.test(this.message) && Array.isArray(before);
    this.set(slot, adds ? [...new Set([...(before as Json[]), ...colours])] : colours);
  }

  pointedFiles(): void {
    const slot = this.fileSlots().find(({ name, spec }) => isRequired(spec) && !this.isKnown(name));
    if (slot !== undefined) this.fill([slot], takePointedFiles(this.unread, slot, this.request.files));
  }

  /** A mistyped answer to a question for a choice. */
  guess(): void {
    const { asked } = this.request;
    if (asked?.spec.type !== 'enum' || Object.keys(this.reading.values).length > 0) return;
    this.note(asked, guessChoice(this.unread.remainder(), asked.spec.values));
  }

  /** The choice that stands beside the name of its slot: “format png”, “in the top left position”. */
  private labelled(values: readonly string[], { label }: Slot): string | null {
    const choice = `(?:${values.map(patternOf).join('|')})`;
    const name = patternOf(label);
    const beside = new RegExp(
      `\\b(?:${name}\\b\\s*(?:=|:|is|to|as)?\\s*${choice}|${choice}\\s+${name})(?![\\p{L}\\p{N}])`,
      'iu',
    );
    const match = this.unread.take(beside);
    return match === null ? null : takeChoice(new Unread(match[0]), values);
  }

  /** Slots for texts: the one that was asked for, then those that need one, then those that have none. */
  private texts(): Slot[] {
    const rank = ({ name, spec }: Slot): number =>
      (name === this.request.asked?.name ? 0 : 1) + (isRequired(spec) ? 0 : 2) + (this.isKnown(name) ? 1 : 0);
    return this.request.slots
      .filter((slot) => takesText(slot) && !takesColours(slot) && !slot.name.startsWith('negative'))
      .sort((a, b) => rank(a) - rank(b));
  }

  private fileSlots(): Slot[] {
    const open = ({ name, spec }: Slot): number => (this.isKnown(name) ? 2 : 0) + (isRequired(spec) ? 0 : 1);
    return this.request.slots.filter(takesFiles).sort((a, b) => open(a) - open(b));
  }

  private isKnown(name: string): boolean {
    return this.has(name) || Object.hasOwn(this.request.given, name);
  }

  private fill(slots: readonly Slot[], ids: string[]): void {
    for (const slot of slots.filter(({ name }) => !this.has(name))) {
      if (ids.length === 0) return;
      const takesAll = slot.spec.type === 'list' && itemOf(slot.spec) !== slot.spec;
      this.set(slot, takesAll ? ids.splice(0) : ids.shift()!);
    }
  }

  private note(slot: Slot, value: Json | null): void {
    if (value !== null) this.set(slot, value);
  }
}
