import { describePlugin } from '@atelier/sdk';
import { readdir, readFile } from 'node:fs/promises';
import { faces } from './fonts/faces.js';
import { nodeTable } from '../../test/harness/node-table.js';
import plugin from './index.js';

const readme = await readFile(new URL('README.md', import.meta.url), 'utf8');

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

    expect(listed).toBe(nodeTable(describePlugin(plugin).nodes));
  });
});
