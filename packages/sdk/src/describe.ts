import { inputSchema } from './json-schema.js';
import type { NodeDescription } from './node.js';
import type { AnyNode, PluginDefinition, PluginDescription } from './plugin.js';
import type { Ports, PortSpec } from './ports.js';

/** A plugin that `checkPlugin` accepts as plain JSON: what the server, the studio and the documentation know of it. */
export function describePlugin({
  id,
  title,
  version,
  apiVersion,
  nodes,
}: PluginDefinition): PluginDescription {
  const description: PluginDescription = { id, title, version, apiVersion, nodes: nodes.map(describeNode) };
  // Leaves out what is undefined and what the definition is frozen to or shares.
  return JSON.parse(JSON.stringify(description)) as PluginDescription;
}

function describeNode(node: AnyNode): NodeDescription {
  const inputs = specsOf(node.inputs);
  return {
    type: node.type,
    version: node.version,
    title: node.title,
    description: node.description ?? '',
    inputs,
    outputs: specsOf(node.outputs),
    needs: node.needs ?? { device: 'cpu' },
    cache: node.cache ?? true,
    fingerprint: node.fingerprint !== undefined,
    inputSchema: inputSchema(inputs),
  };
}

/** The declarations of ports without their types. */
export function specsOf(ports: Ports): Record<string, PortSpec> {
  return Object.fromEntries(Object.entries(ports).map(([name, { spec }]) => [name, spec]));
}
