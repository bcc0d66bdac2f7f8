import {
  defineNode,
  inputSchema,
  port,
  type AnyNode,
  type NodeDescription,
  type PipelineDocument,
  type PortSpec,
  type Ports,
} from '@atelier/sdk';
import { Catalogue, type InstalledPlugin } from '../../src/engine/catalogue.js';

/** How often each node ran, by its type; a spec clears it. */
export const runs = new Map<string, number>();

function counted<Value>(type: string, value: Value): Value {
  runs.set(type, (runs.get(type) ?? 0) + 1);
  return value;
}

const number = port.number;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Small nodes that really run: numbers stand for pictures. */
export const nodes: AnyNode[] = [
  defineNode({
    type: 'test.number',
    version: 1,
    title: 'Number',
    inputs: { value: number({ default: 0 }) },
    outputs: { value: number() },
    run: ({ value }) => counted('test.number', { value }),
  }),
  defineNode({
    type: 'test.number',
    version: 2,
    title: 'Number, doubled',
    inputs: { value: number({ default: 0 }) },
    outputs: { value: number() },
    run: ({ value }) => counted('test.number@2', { value: 2 * value }),
  }),
  defineNode({
    type: 'test.add',
    version: 1,
    title: 'Add',
    inputs: { a: number(), b: number({ default: 1 }) },
    outputs: { sum: number() },
    run: ({ a, b }) => counted('test.add', { sum: a + b }),
  }),
  defineNode({
    type: 'test.divide',
    version: 1,
    title: 'Divide',
    inputs: { a: number(), b: number() },
    outputs: { quotient: number() },
    run({ a, b }) {
      counted('test.divide', null);
      if (b === 0) throw new Error('Division by zero.');
      return { quotient: a / b };
    },
  }),
  defineNode({
    type: 'test.halve',
    version: 1,
    title: 'Halve',
    inputs: { value: port.integer({ min: 0, max: 255 }) },
    outputs: { value: port.integer() },
    run: ({ value }) => counted('test.halve', { value: value >> 1 }),
  }),
  defineNode({
    type: 'test.flag',
    version: 1,
    title: 'Flag',
    inputs: { value: port.boolean() },
    outputs: { value: port.boolean() },
    run: ({ value }) => counted('test.flag', { value }),
  }),
  defineNode({
    type: 'test.positive',
    version: 1,
    title: 'Is positive',
    inputs: { value: number() },
    outputs: { yes: port.boolean() },
    run: ({ value }) => counted('test.positive', { yes: value > 0 }),
  }),
  defineNode({
    type: 'test.range',
    version: 1,
    title: 'Range',
    inputs: { count: port.integer({ min: 0 }) },
    outputs: { values: port.list(number()) },
    run: ({ count }) => counted('test.range', { values: Array.from({ length: count }, (_, i) => i) }),
  }),
  defineNode({
    type: 'test.table',
    version: 1,
    title: 'Table',
    inputs: { rows: port.integer({ min: 0 }) },
    outputs: { values: port.list(port.list(number())) },
    run: ({ rows }) =>
      counted('test.table', {
        values: Array.from({ length: rows }, (_, row) => Array.from({ length: row }, (_, i) => 10 * row + i)),
      }),
  }),
  defineNode({
    type: 'test.sum',
    version: 1,
    title: 'Sum',
    inputs: { values: port.list(number()) },
    outputs: { sum: number() },
    run: ({ values }) => counted('test.sum', { sum: values.reduce((sum, value) => sum + value, 0) }),
  }),
  defineNode({
    type: 'test.mix',
    version: 1,
    title: 'Mix',
    inputs: {
      a: port.optional(number()),
      b: port.optional(number()),
      share: number({ min: 0, max: 1, default: 0.5 }),
    },
    outputs: { value: number() },
    run: ({ a = 0, b = 0, share }) => counted('test.mix', { value: a * (1 - share) + b * share }),
  }),
  defineNode({
    type: 'test.maybe',
    version: 1,
    title: 'Maybe',
    inputs: { value: number(), give: port.boolean() },
    outputs: { value: port.optional(number()), always: number() },
    run: ({ value, give }) => counted('test.maybe', { value: give ? value : undefined, always: value }),
  }),
  defineNode({
    type: 'test.fresh',
    version: 1,
    title: 'Fresh',
    inputs: { value: number({ default: 0 }) },
    outputs: { value: number() },
    cache: false,
    run: ({ value }) => counted('test.fresh', { value }),
  }),
  defineNode({
    type: 'test.stamped',
    version: 1,
    title: 'Stamped',
    inputs: { stamp: port.string(), value: number({ default: 0 }) },
    outputs: { value: number() },
    fingerprint: ({ stamp, value }) => counted('fingerprint', `${stamp} ${value}`),
    run: ({ value }) => counted('test.stamped', { value }),
  }),
  defineNode({
    type: 'test.seeded',
    version: 1,
    title: 'Seeded',
    inputs: { seed: port.seed({ default: -1 }) },
    outputs: { value: port.string() },
    run: ({ seed }) => counted('test.seeded', { value: String(seed) }),
  }),
  defineNode({
    type: 'test.fail',
    version: 1,
    title: 'Fail',
    inputs: { value: port.optional(number()), message: port.string({ default: 'Broken on purpose.' }) },
    outputs: { value: number() },
    run({ message }) {
      counted('test.fail', null);
      throw new Error(message);
    },
  }),
  defineNode({
    type: 'test.sleep',
    version: 1,
    title: 'Sleep',
    inputs: { value: number({ default: 0 }), ms: port.integer({ min: 0, max: 1000, default: 50 }) },
    outputs: { value: number() },
    async run({ value, ms }) {
      await pause(ms);
      return counted('test.sleep', { value });
    },
  }),
  defineNode({
    type: 'test.paint',
    version: 1,
    title: 'Paint',
    inputs: {
      model: port.model({ families: ['sd'] }),
      value: number({ default: 0 }),
      width: port.integer({ min: 8, max: 4096, default: 512 }),
    },
    outputs: { value: number() },
    needs: {
      device: 'gpu',
      models: ['model'],
      workingMiB: { add: [100, { multiply: [{ input: 'width' }, 0.5] }] },
    },
    run: ({ value }) => counted('test.paint', { value: value + 1 }),
  }),
  defineNode({
    type: 'test.pick-model',
    version: 1,
    title: 'Pick a model',
    inputs: { name: port.model() },
    outputs: { model: port.model() },
    run: ({ name }) => counted('test.pick-model', { model: name }),
  }),
  defineNode({
    type: 'test.picture',
    version: 1,
    title: 'Picture',
    inputs: {
      image: port.image(),
      mask: port.optional(port.mask()),
      style: port.enum(['plain', 'fancy'], { default: 'plain' }),
    },
    outputs: { image: port.image(), mask: port.mask() },
    run: ({ image }) => counted('test.picture', { image, mask: { ...image } }),
  }),
];

const specsOf = (ports: Ports): Record<string, PortSpec> =>
  Object.fromEntries(Object.entries(ports).map(([name, { spec }]) => [name, spec]));

function describeNode(node: AnyNode): NodeDescription {
  return {
    type: node.type,
    version: node.version,
    title: node.title,
    description: '',
    inputs: specsOf(node.inputs),
    outputs: specsOf(node.outputs),
    needs: node.needs ?? { device: 'cpu' },
    cache: node.cache ?? true,
    fingerprint: node.fingerprint !== undefined,
    inputSchema: inputSchema(specsOf(node.inputs)) as NodeDescription['inputSchema'],
  };
}

export function pluginOf(definitions: readonly AnyNode[], digest = 'plugin-digest'): InstalledPlugin {
  const descriptions = definitions.map(describeNode);
  return { id: 'test', title: 'Test', version: '1.0.0', apiVersion: 1, nodes: descriptions, digest };
}

export const catalogueOf = (documents: PipelineDocument[] = [], digest?: string) =>
  new Catalogue([pluginOf(nodes, digest)], documents);

/** A document with what every document has. */
export function documentOf(parts: object): PipelineDocument {
  return {
    id: 'example',
    version: '1.0.0',
    title: 'Example',
    inputs: {},
    nodes: {},
    outputs: {},
    ...parts,
  } as PipelineDocument;
}
