import { describePlugin, type NodeDescription, type PortSpec } from '@atelier/sdk';
import { readdir, readFile } from 'node:fs/promises';
import { faces } from './fonts/faces.js';
import plugin from './index.js';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');

function table(nodes: readonly NodeDescription[]): string {
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

describe('the fonts', () => {
  it.each(Object.values(faces))(
    '$family at $weight is there with the Open Font License',
    async ({ family, weight }) => {
      const folder = new URL(`fonts/${family}/`, import.meta.url);
      expect(await readdir(folder)).toContain(`latin-${weight}.woff2`);
      expect(await readFile(new URL('LICENSE.txt', folder), 'utf8')).toMatch(/SIL OPEN FONT LICENSE/i);
    },
  );
});

describe('the README', () => {
  it('lists the nodes as they are declared; where it does not, put what is expected here between its marks', () => {
    const [, listed] = /<!-- nodes -->\n([^]*)\n<!-- end of nodes -->/.exec(readme) ?? [];

    expect(listed).toBe(table(describePlugin(plugin).nodes));
  });
});
