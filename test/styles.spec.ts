import { readdir, readFile } from 'node:fs/promises';
import { looseKey } from '../src/server/styles/loose-key.js';
import { keysOf, readStyle } from '../src/server/styles/style.js';

const folder = new URL('../styles/', import.meta.url);
const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
const styles = await Promise.all(
  names.map(async (name) => readStyle(await readFile(new URL(name, folder), 'utf8'), name.slice(0, -5))),
);

describe('the styles that ship', () => {
  it('are at least a dozen, each with what its preview shows', () => {
    expect(styles.length).toBeGreaterThanOrEqual(12);
    expect(styles.filter(({ preview }) => preview === undefined)).toEqual([]);
  });

  it('have no name in common, however it is written', () => {
    const keys = styles.flatMap(keysOf);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(keys.filter((key) => key === '')).toEqual([]);
  });

  it.each([
    'realistic',
    'Photorealistic',
    'watercolor',
    'oil_painting',
    'anime',
    'Cyberpunk',
    'pencil sketch',
    '3D render',
  ])('know what is meant by “%s”', (word) => expect(styles.flatMap(keysOf)).toContain(looseKey(word)));
});
