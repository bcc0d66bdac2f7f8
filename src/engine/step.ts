import type { PipelineDocument, PortSpec } from '@atelier/sdk';
import type { InstalledNode } from './catalogue.js';
import { takesSeed } from './port.js';
import type { Source } from './source.js';

/** A pipeline whose document was found without errors, with every name resolved. */
export interface Pipeline {
  document: PipelineDocument;
  inputs: ReadonlyMap<string, PortSpec>;
  /** in an order in which each comes after those it needs */
  steps: ReadonlyMap<string, Step>;
  outputs: ReadonlyMap<string, { source: Source; spec: PortSpec }>;
  /** nodes, with the pipelines it uses dissolved and each `forEach` counted once */
  size: number;
  /** 1 for a pipeline that uses no other */
  nesting: number;
  /** The inputs that reach a port for seeds: a −1 given to them is drawn. */
  seeds: ReadonlySet<string>;
}

/** A node of a pipeline's document. */
export interface Step {
  name: string;
  title: string | undefined;
  use: { kind: 'node'; node: InstalledNode } | { kind: 'pipeline'; pipeline: Pipeline };
  inputs: ReadonlyMap<string, PortSpec>;
  /** as the other nodes see them: lists where the step has a `forEach` */
  outputs: ReadonlyMap<string, PortSpec>;
  with: ReadonlyMap<string, Source>;
  when: Source | null;
  forEach: { of: Source; as: string } | null;
  retry: { attempts: number; delayMs: number } | null;
  timeoutMs: number | null;
  onError: 'fail' | 'continue';
}

/** Whether a −1 that comes to this input of the step becomes a drawn seed. */
export function isSeedInput({ use, inputs }: Step, name: string): boolean {
  if (use.kind === 'pipeline') return use.pipeline.seeds.has(name);
  const spec = inputs.get(name);
  return spec !== undefined && takesSeed(spec);
}
