import type { Json, PortSpec } from '@atelier/sdk';
import { parseJson } from '../engine/json.js';
import { misused } from './command-error.js';

/** `NAME=VALUE` as it was typed. */
export interface Assignment {
  name: string;
  text: string;
}

/** Reads `NAME=VALUE`; the value may hold further `=`. */
export function readAssignment(option: string, text: string): Assignment {
  const equals = text.indexOf('=');
  if (equals < 1) throw misused(`${option} takes NAME=VALUE, not "${text}".`);
  return { name: text.slice(0, equals), text: text.slice(equals + 1) };
}

/**
 * The typed values as the declared types want them. An input that takes a list may be given several times, or once as a
 * JSON list. Ranges and formats are left to the server, which knows them all.
 * @throws CommandError for an input that is not declared, given twice, or not of its type
 */
export function readInputs(
  declared: Readonly<Record<string, PortSpec>>,
  assignments: readonly Assignment[],
): Record<string, Json> {
  const inputs: Record<string, Json> = {};
  for (const [name, texts] of byName(assignments)) {
    const spec = Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (spec === undefined) throw undeclared(name, Object.keys(declared));
    inputs[name] = readValue(name, spec, texts);
  }
  return inputs;
}

/** The texts given to each input, in their order. */
export function byName(assignments: readonly Assignment[]): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const { name, text } of assignments) texts.set(name, [...(texts.get(name) ?? []), text]);
  return texts;
}

/** @throws CommandError when an input that takes one value was given several */
export function single(name: string, texts: readonly string[]): string {
  if (texts.length > 1) throw misused(`The input "${name}" takes one value and was given ${texts.length}.`);
  return texts[0] ?? '';
}

export function undeclared(name: string, declared: readonly string[]): Error {
  const known = declared.length === 0 ? 'it has none' : `it has ${declared.join(', ')}`;
  return misused(`The pipeline has no input "${name}"; ${known}.`);
}

function readValue(name: string, spec: PortSpec, texts: readonly string[]): Json {
  if (spec.type !== 'list') return readOne(name, spec, single(name, texts));
  const [first = ''] = texts;
  if (texts.length === 1 && first.trimStart().startsWith('[')) return readJson(name, first);
  return texts.map((text) => readOne(name, spec.items, text));
}

function readOne(name: string, spec: PortSpec, text: string): Json {
  switch (spec.type) {
    case 'integer':
    case 'number':
      return readNumber(name, spec.type, text);
    case 'seed':
      if (!/^(-1|\d+)$/.test(text)) throw unfit(name, 'a whole number from 0, or -1 for a random one', text);
      // A seed may need more digits than a number keeps.
      return text;
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw unfit(name, 'true or false', text);
      return text === 'true';
    case 'json':
    case 'list':
      return readJson(name, text);
    default:
      return text;
  }
}

function readNumber(name: string, type: 'integer' | 'number', text: string): number {
  const number = text.trim() === '' ? NaN : Number(text);
  if (type === 'integer' && !Number.isSafeInteger(number)) throw unfit(name, 'a whole number', text);
  if (!Number.isFinite(number)) throw unfit(name, 'a number', text);
  return number;
}

function readJson(name: string, text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw misused(`The input "${name}" takes JSON. ${(error as Error).message}`);
  }
}

function unfit(name: string, expected: string, text: string): Error {
  return misused(`The input "${name}" takes ${expected}, not "${text}".`);
}
