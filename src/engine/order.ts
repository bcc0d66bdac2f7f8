/**
 * Vertices of cycles that one walk looks at, apart from the first cycle's. A dense graph has more cycles than anybody reads, and
 * each is as long as the path it closes.
 */
const cycleBudget = 100_000;

export interface Walk {
  /** What has to come before a vertex. */
  parentsOf(id: string): Iterable<string>;
  /** Called once all of a vertex's parents are finished; if it returns more parents, it is called again after those. */
  finish(id: string): Iterable<string> | void;
  /** The vertices of a cycle in the direction of the flow; the first is repeated at the end. */
  onCycle?(path: string[]): void;
}

const finished = -1;

interface Frame {
  id: string;
  parents: Iterator<string>;
}

/**
 * Walks from each root against the edges, depth first, each vertex once, parents before children, in the order given.
 * O(vertices + edges), without recursion. A cycle is reported when it has a vertex that no reported one has.
 */
export function walkDepthFirst(roots: Iterable<string>, walk: Walk): void {
  /** Where a vertex stands on the path from the root, or `finished`. */
  const places = new Map<string, number>();
  const path: Frame[] = [];
  const reported = new Set<string>();
  let looked = 0;

  const report = (place: number): void => {
    if (!walk.onCycle || looked > cycleBudget) return;
    looked += path.length - place;
    const [first, ...others] = path.slice(place).map((frame) => frame.id);
    if ([first!, ...others].every((id) => reported.has(id))) return;
    for (const id of [first!, ...others]) reported.add(id);
    walk.onCycle([first!, ...others.reverse(), first!]);
  };
  const meet = (id: string): void => {
    const place = places.get(id);
    if (place === undefined) {
      places.set(id, path.length);
      path.push({ id, parents: walk.parentsOf(id)[Symbol.iterator]() });
    } else if (place !== finished) report(place);
  };
  const leave = (frame: Frame): void => {
    const more = walk.finish(frame.id);
    if (more) frame.parents = more[Symbol.iterator]();
    else {
      path.pop();
      places.set(frame.id, finished);
    }
  };

  for (const root of roots) {
    meet(root);
    while (path.length > 0) {
      const frame = path.at(-1)!;
      const next = frame.parents.next();
      if (next.done) leave(frame);
      else meet(next.value);
    }
  }
}

/** Everything that the roots need, parents first, and the cycles that make such an order impossible. */
export function topologicalOrder(
  roots: Iterable<string>,
  parentsOf: (id: string) => Iterable<string>,
): { order: string[]; cycles: string[][] } {
  const order: string[] = [];
  const cycles: string[][] = [];
  walkDepthFirst(roots, {
    parentsOf,
    finish: (id) => void order.push(id),
    onCycle: (path) => cycles.push(path),
  });
  return { order, cycles };
}
