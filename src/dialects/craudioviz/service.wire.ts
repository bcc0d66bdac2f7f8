import { z } from 'zod';
import type { NodeDescription } from '@atelier/sdk';
import type { DeviceState } from '../../engine/schedule.js';
import type { Workers } from '../../server/devices/workers.js';
import { version } from '../../server/http/version.js';
import { toError } from './failures.js';
import { errorSchema } from './wire.js';

const nodeSchema = z.object({
  type: z.string(),
  version: z.int(),
  title: z.string(),
  description: z.string(),
  inputs: z.record(z.string(), z.unknown()).describe('Ports by name'),
  outputs: z.record(z.string(), z.unknown()),
  input_schema: z.record(z.string(), z.unknown()).describe('JSON Schema'),
  needs: z.record(z.string(), z.unknown()),
});

const pluginFields = { id: z.string(), title: z.string(), version: z.string() };

export const pluginListSchema = z.object({
  plugins: z.array(z.object({ ...pluginFields, nodes: z.array(nodeSchema) })),
  problems: z.array(errorSchema.shape.error).describe('Why a plugin or a model was left out'),
});

export const systemSchema = z.object({
  version: z.string(),
  node: z.string(),
  platform: z.string(),
  uptime: z.int().describe('Seconds'),
  devices: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      memory_mib: z.int(),
      state: z.string(),
      busy: z.boolean(),
      models: z.array(z.string()).describe('Ids of the models it holds'),
    }),
  ),
  plugins: z.array(z.object({ ...pluginFields, nodes: z.int() })),
  counts: z.object({
    tools: z.int(),
    pipelines: z.int(),
    nodes: z.int(),
    jobs: z.int().describe('That have not ended, of all accounts'),
  }),
});

export function toPluginList({ plugins, problems }: Workers): z.output<typeof pluginListSchema> {
  return {
    plugins: plugins.map(({ id, title, version: own, nodes }) => ({
      id,
      title,
      version: own,
      nodes: nodes.map(toNode),
    })),
    problems: problems.map(toError),
  };
}

function toNode(node: NodeDescription): z.output<typeof nodeSchema> {
  const { type, version: own, title, description, inputs, outputs, inputSchema, needs } = node;
  return {
    type,
    version: own,
    title,
    description,
    inputs,
    outputs,
    input_schema: inputSchema,
    needs: { ...needs },
  };
}

/** @param counted what is kept elsewhere */
export function toSystem(
  workers: Workers,
  held: readonly DeviceState[],
  counted: { tools: number; pipelines: number; jobs: number },
): z.output<typeof systemSchema> {
  const models = new Map(held.map(({ id, resident }) => [id, resident.map((model) => model.id)]));
  const states = new Map(workers.states().map(({ deviceId, state }) => [deviceId, state]));
  return {
    version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    uptime: Math.floor(process.uptime()),
    devices: workers.devices.map(({ id, kind, memoryMiB }) => {
      const state = states.get(id) ?? 'stopped';
      return { id, kind, memory_mib: memoryMiB, state, busy: state === 'busy', models: models.get(id) ?? [] };
    }),
    plugins: workers.plugins.map(({ id, title, version: own, nodes }) => ({
      id,
      title,
      version: own,
      nodes: nodes.length,
    })),
    counts: { ...counted, nodes: workers.plugins.reduce((sum, { nodes }) => sum + nodes.length, 0) },
  };
}
