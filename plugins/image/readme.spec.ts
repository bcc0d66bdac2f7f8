import { describePlugin } from '@atelier/sdk';
import { readFile } from 'node:fs/promises';
import { nodeTable } from '../../test/harness/node-table.js';
import plugin from './index.js';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('lists the nodes as they are declared; where it does not, put what is expected here between its marks', () => {
    const [, listed] = /<!-- nodes -->\n([^]*)\n<!-- end of nodes -->/.exec(readme) ?? [];

    expect(listed).toBe(nodeTable(describePlugin(plugin).nodes));
  });
});
