import { catalogueOf, documentOf, nodes, pluginOf } from '../../test/conformance/nodes.js';
import { Catalogue } from './catalogue.js';

const poster = documentOf({ id: 'poster', title: 'Shipped' });

describe('the catalogue', () => {
  it('finds a node by type and version, and by type alone its newest version', () => {
    const catalogue = catalogueOf();
    const versionOf = (use: string) => {
      const found = catalogue.resolveUse(use);
      return found.kind === 'node' ? found.node.description.version : found.kind;
    };
    expect(versionOf('test.number@1')).toBe(1);
    expect(versionOf('test.number')).toBe(2);
    expect(versionOf('test.number@3')).toBe('unknown');
    expect(versionOf('test.nothing')).toBe('unknown');
    expect(versionOf('toString')).toBe('unknown');
  });

  it('finds a pipeline by its id', () => {
    expect(catalogueOf([poster]).resolveUse('poster')).toMatchObject({ kind: 'pipeline', document: poster });
  });

  it('keeps the meaning of its ids when further pipelines are added, and leaves them what they can use', () => {
    const shipped = catalogueOf([poster]);
    const own = shipped.with([documentOf({ id: 'poster', title: 'Own' }), documentOf({ id: 'mine' })]);
    expect(own.resolveUse('poster')).toMatchObject({ document: poster, home: shipped });
    expect(own.resolveUse('mine')).toMatchObject({ kind: 'pipeline', home: own });
    expect(own.resolveUse('test.add')).toMatchObject({ kind: 'node' });
    expect(shipped.resolveUse('mine')).toEqual({ kind: 'unknown' });
  });

  it('names everything that can be used', () => {
    const names = [
      ...catalogueOf([poster])
        .with([documentOf({ id: 'mine' })])
        .names(),
    ];
    expect(names).toEqual(
      expect.arrayContaining(['test.number', 'test.number@1', 'test.number@2', 'poster', 'mine']),
    );
  });

  it('passes over documents that have no id', () => {
    expect([...new Catalogue([], [null, 5, {}, { id: 7 }]).names()]).toEqual([]);
  });

  it('refuses two plugins that bring the same version of a node', () => {
    expect(() => new Catalogue([pluginOf(nodes), pluginOf(nodes)])).toThrow(
      /Two plugins bring the node test.number@1/,
    );
  });
});
