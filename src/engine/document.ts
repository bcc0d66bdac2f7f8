import {
  pipelineSchema,
  portSpecSchema,
  type Json,
  type PipelineDocument,
  type PipelineNode,
  type PortSpec,
} from '@atelier/sdk';
import type { z } from 'zod';
import { pointerTo, quoted, type Problem } from './problem.js';
import type { Suggest } from './suggest.js';

/** A document as far as it can be read, so that the errors of the readable parts can be reported with those of the others. */
export interface ReadDocument {
  id: string;
  inputs: Map<string, PortSpec>;
  nodes: Map<string, PipelineNode>;
  outputs: Map<string, Json>;
  /** Names whose declarations cannot be read: they exist, and that is all that is known of them. */
  unreadable: { inputs: Set<string>; nodes: Set<string> };
  /** Null when something is wrong with the structure. */
  document: PipelineDocument | null;
}

const nodeSchema = pipelineSchema.shape.nodes.valueType;

/** Reads the structure of a pipeline's JSON, adding a problem for each place where it is not as the format describes. */
export function readDocument(json: unknown, problems: Problem[], suggest: Suggest): ReadDocument {
  const whole = pipelineSchema.safeParse(json);
  if (whole.success) return fromDocument(whole.data);
  for (const issue of whole.error.issues) problems.push(...problemsOf(issue, suggest));
  return salvage(json);
}

function fromDocument(document: PipelineDocument): ReadDocument {
  return {
    id: document.id,
    inputs: new Map(Object.entries(document.inputs)),
    nodes: new Map(Object.entries(document.nodes)),
    outputs: new Map(Object.entries(document.outputs)),
    unreadable: { inputs: new Set(), nodes: new Set() },
    document,
  };
}

function salvage(json: unknown): ReadDocument {
  const parts = isRecord(json) ? json : {};
  const inputs = readEach<PortSpec>(parts['inputs'], portSpecSchema);
  const nodes = readEach<PipelineNode>(parts['nodes'], nodeSchema);
  const outputs = isRecord(parts['outputs']) ? Object.entries(parts['outputs']) : [];
  return {
    id: typeof parts['id'] === 'string' ? parts['id'] : '',
    inputs: inputs.read,
    nodes: nodes.read,
    outputs: new Map(outputs as [string, Json][]),
    unreadable: { inputs: inputs.unreadable, nodes: nodes.unreadable },
    document: null,
  };
}

function readEach<Part>(
  parts: unknown,
  schema: z.ZodType<Part>,
): { read: Map<string, Part>; unreadable: Set<string> } {
  const read = new Map<string, Part>();
  const unreadable = new Set<string>();
  for (const [name, part] of Object.entries(isRecord(parts) ? parts : {})) {
    const result = schema.safeParse(part);
    if (result.success) read.set(name, result.data);
    else unreadable.add(name);
  }
  return { read, unreadable };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problemsOf(issue: z.core.$ZodIssue, suggest: Suggest): Problem[] {
  const pointer = pointerTo(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'structure',
      pointer: pointerTo([...issue.path, key]),
      message: `There is no key ${JSON.stringify(key)} here${suggest(key, knownKeys(issue.path))}`,
    }));
  }
  return [{ code: 'structure', pointer, message: `${subjectOf(issue.path)} ${complaintOf(issue)}.` }];
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(pipelineSchema.shape);
  return path.length === 2 && path[0] === 'nodes' ? Object.keys(nodeSchema.shape) : [];
}

function subjectOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'A pipeline' : quoted(String(path.at(-1)));
}

function complaintOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.endsWith('received undefined')) return 'is missing';
      return `must be ${expectedTypes[issue.expected] ?? `of the type ${issue.expected}`}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a name';
    case 'invalid_union':
      return 'options' in issue
        ? `must be one of ${list(issue.options as unknown[])}`
        : 'has a value that it cannot have';
    case 'invalid_value':
      return `must be one of ${list(issue.values)}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${unitOf(issue.origin)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

const expectedTypes: Record<string, string> = {
  record: 'an object',
  object: 'an object',
  array: 'an array',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

const units: Record<string, string> = { string: ' characters long', array: ' items long' };

function unitOf(origin: string): string {
  return units[origin] ?? '';
}

function list(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}
