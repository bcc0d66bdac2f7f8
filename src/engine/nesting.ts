import type { Catalogue, Document } from './catalogue.js';
import { topologicalOrder } from './order.js';
import { quoted, type Problem } from './problem.js';

/** A pipeline that another uses, and the catalogue whose names it means. */
export interface UsedPipeline {
  document: Document;
  home: Catalogue;
}

/** Stands for the document that the walk starts from: it need not be in the catalogue, and its id may be nobody's yet. */
const start = '';

/**
 * The pipelines that a document uses, directly or not, each after those it uses itself; and the ways by which the document
 * comes to use itself through others (it uses the second, which uses the third, and so on). Ids of the document's own nodes are resolved in `catalogue`.
 */
export function walkNesting(
  id: string,
  uses: readonly string[],
  catalogue: Catalogue,
): { used: UsedPipeline[]; recursions: string[][] } {
  const found = new Map<string, UsedPipeline>();
  const idsOf = (names: Iterable<string>, home: Catalogue): Set<string> => {
    const ids = new Set<string>();
    for (const name of names) {
      if (name === id) ids.add(start);
      else {
        const use = home.resolveUse(name);
        if (use.kind !== 'pipeline') continue;
        found.set(use.document.id, use);
        ids.add(use.document.id);
      }
    }
    return ids;
  };
  const { order, cycles } = topologicalOrder([start], (vertex) => {
    if (vertex === start)
      return idsOf(
        uses.filter((name) => name !== id),
        catalogue,
      );
    const { document, home } = found.get(vertex)!;
    return idsOf(usesOf(document), home);
  });
  return {
    used: order.filter((vertex) => vertex !== start).map((vertex) => found.get(vertex)!),
    recursions: cycles
      .filter((path) => path[0] === start)
      .map((path) => path.reverse().map((vertex) => (vertex === start ? id : vertex))),
  };
}

/** What the nodes of a document use, as far as it can be read. */
function usesOf(document: Document): string[] {
  const nodes: unknown[] = Object.values((document as { nodes?: unknown }).nodes ?? {});
  return nodes
    .map((node) => (node as { use?: unknown } | null)?.use)
    .filter((use) => typeof use === 'string');
}

export function recursionProblem(pointer: string, path: string[]): Problem {
  const shown = path.length > 10 ? [...path.slice(0, 9), '…', path[0]!] : path;
  const message = `The pipeline ${quoted(path[0]!)} uses itself: ${shown.join(' → ')}.`;
  return { code: 'recursion', pointer, message, path };
}
