import { Failure, type Json } from '@atelier/sdk';
import { parse as parseAndLocate } from 'lossless-json';
import { scanJson } from './json-scan.js';

/** Arrays and objects inside one another, at most. Keeps every recursion over JSON far from the end of the stack. */
export const maxJsonDepth = 64;
/** UTF-16 units of one JSON text, at most. */
export const maxJsonLength = 64 * 1024 * 1024;

/**
 * Reads JSON without losing digits: an integer beyond ±(2^53 − 1) becomes its decimal string.
 * Throws `too-large`, and `invalid-input` with line and column where the text is not JSON, is nested deeper than
 * `maxJsonDepth`, repeats a key, uses the key `__proto__` or holds a number that is no double.
 */
export function parseJson(text: string): Json {
  if (text.length > maxJsonLength) {
    throw new Failure('too-large', `The JSON is longer than ${maxJsonLength} characters; send less.`);
  }
  const { flaw, longIntegers } = scanJson(text, maxJsonDepth);
  if (flaw !== null) throw misplaced(text, flaw.position, flaw.reason);
  const value = parseNatively(text);
  return longIntegers.length === 0 ? value : parseNatively(quoteAt(text, longIntegers));
}

function parseNatively(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw syntaxFailure(text);
  }
}

function quoteAt(text: string, spans: readonly [number, number][]): string {
  let quoted = '';
  let done = 0;
  for (const [start, end] of spans) {
    quoted += `${text.slice(done, start)}"${text.slice(start, end)}"`;
    done = end;
  }
  return quoted + text.slice(done);
}

const maxLocatedLength = 256 * 1024;

// V8 does not always say where it stopped; lossless-json does ("… at position 12") but reads only about 10 MB a second.
function syntaxFailure(text: string): Failure {
  if (text.length > maxLocatedLength) return new Failure('invalid-input', 'The text is not JSON.');
  try {
    parseAndLocate(text);
  } catch (error) {
    const [, reason, position] = /^(.*) at position (\d+)$/s.exec((error as Error).message) ?? [];
    if (reason !== undefined) return misplaced(text, Number(position), `The text is not JSON: ${reason}`);
  }
  return misplaced(text, text.length, 'The text is not JSON');
}

function misplaced(text: string, position: number, reason: string): Failure {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  return new Failure('invalid-input', `${reason} (line ${line}, column ${column}).`, { line, column });
}

/** Whether a value is nested no deeper than `maxJsonDepth`, so that code may recurse over it. Cycles count as too deep. */
export function isShallow(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const objects = level.filter((child) => typeof child === 'object' && child !== null);
    if (objects.length > 0 && depth === maxJsonDepth) return false;
    level = objects.flatMap((child) => Object.values(child as object));
  }
  return true;
}

/** JSON text with sorted keys: equal values give equal texts. Expects a shallow value. */
export function canonicalJson(json: Json): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(canonicalJson).join(',')}]`;
  const object = json as { readonly [key: string]: Json };
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(object[key]!)}`);
  return `{${members.join(',')}}`;
}

/** Whether two JSON values say the same; the order of keys does not matter. */
export function sameJson(left: Json, right: Json): boolean {
  return left === right || canonicalJson(left) === canonicalJson(right);
}
