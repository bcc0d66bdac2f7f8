import { childrenOf } from './binding.js';
import type { Binding } from './graph.js';
import { isOptional, type NodeOutlook, type Reader } from './outlook.js';
import type { Circumstances, Survey } from './survey.js';

/** What has to be run for the outputs that are asked for, as far as that can be said by now. */
export interface Demand {
  /** The nodes to run, each after those it needs; some of them cannot start yet. */
  nodes: NodeOutlook[];
  /** Those of them that have to be asked for their fingerprint first. */
  unstamped: NodeOutlook[];
}

/**
 * Goes from the sources back to what they need, to each vertex after all that may need it. A node whose conditions are open
 * demands only what decides them; one whose fingerprint is unknown demands nothing, for its result may be found without running
 * anything; and a `first` demands only its first option that is not absent.
 */
export function demandOf(
  sources: readonly Binding[],
  { order, reader }: Survey,
  { fingerprints }: Pick<Circumstances, 'fingerprints'>,
): Demand {
  const wanted = new Wanted(reader);
  const nodes: NodeOutlook[] = [];
  const unstamped: NodeOutlook[] = [];
  wanted.addAll(sources);
  for (const id of order.toReversed()) {
    const outputs = wanted.outputsOf(id);
    if (!outputs) continue;
    const vertex = reader.vertices.get(id)!;
    if (vertex.kind === 'list') wanted.addAll([...outputs].map((output) => vertex.outputs[output]!.binding));
    else if (vertex.kind === 'loop') {
      if (!vertex.absent) wanted.addAll(vertex.allowed ? [vertex.loop.over] : vertex.loop.when);
    } else if (hasToRun(vertex, outputs)) {
      const { node, installed, status, allowed } = vertex;
      nodes.push(vertex);
      if (allowed === undefined) wanted.addAll(node.when);
      else if (installed.description.fingerprint && status === 'held' && !fingerprints.has(id))
        unstamped.push(vertex);
      else wanted.addAll(Object.values(node.inputs));
    }
  }
  return { nodes: nodes.reverse(), unstamped: unstamped.reverse() };
}

// A result that lacks what is asked for now, because nothing outside its segment asked for it then, is as good as none.
function hasToRun(vertex: NodeOutlook, outputs: ReadonlySet<string>): boolean {
  if (vertex.status === 'held' || vertex.status === 'open') return true;
  if (vertex.status !== 'done') return false;
  return [...outputs].some((output) => !Object.hasOwn(vertex.outputs, output) && !isOptional(vertex, output));
}

/** The outputs that are needed of each vertex. */
class Wanted {
  private readonly outputs = new Map<string, Set<string>>();

  constructor(private readonly reader: Reader) {}

  outputsOf(id: string): ReadonlySet<string> | undefined {
    return this.outputs.get(id);
  }

  addAll(bindings: readonly Binding[]): void {
    for (const binding of bindings) this.add(binding);
  }

  private add(binding: Binding): void {
    switch (binding.kind) {
      case 'from':
        return this.addReference(binding.node, binding.output);
      case 'first': {
        const next = binding.options.find((option) => this.reader.prospect(option).presence !== 'absent');
        return next && this.add(next);
      }
      case 'guarded': {
        const { allowed } = this.reader.allows(binding.when);
        return allowed ? this.add(binding.value) : this.addAll(allowed === undefined ? binding.when : []);
      }
      default:
        return this.addAll(childrenOf(binding));
    }
  }

  private addReference(id: string, output: string): void {
    const vertex = this.reader.vertices.get(id);
    if (vertex?.kind === 'node' && vertex.status === 'same') return this.addReference(vertex.twin!, output);
    const known = this.outputs.get(id);
    if (known) known.add(output);
    else this.outputs.set(id, new Set([output]));
  }
}
