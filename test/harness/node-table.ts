import type { NodeDescription, PortSpec } from '@atelier/sdk';

/** What the README of a plugin says of its nodes, between its marks. */
export function nodeTable(nodes: readonly NodeDescription[]): string {
  const rows = nodes.map(({ type, title, description, inputs, outputs }) => [
    `\`${type}\``,
    description || title,
    ports(inputs),
    ports(outputs),
  ]);
  const lines = [['node', 'what it does', 'inputs', 'outputs'], Array(4).fill('---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function ports(specs: Record<string, PortSpec>): string {
  return Object.entries(specs)
    .map(([name, spec]) => `\`${name}\` ${port(spec)}`)
    .join('<br>');
}

function port(spec: PortSpec): string {
  const type = spec.type === 'list' ? `list of ${spec.items.type}` : spec.type;
  const choice = spec.type === 'enum' ? `: ${spec.values.join(', ')}` : '';
  const range = 'min' in spec && 'max' in spec ? ` ${spec.min} to ${spec.max}` : '';
  const otherwise = 'default' in spec ? `; default \`${String(spec.default)}\`` : '';
  return `${type}${choice}${range}${otherwise}${spec.optional ? '; optional' : ''}`;
}
