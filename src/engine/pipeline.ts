import type { Catalogue } from './catalogue.js';
import { checkDocument, type Checking } from './check-document.js';
import { readDocument, type ReadDocument } from './document.js';
import { isShallow, maxJsonDepth } from './json.js';
import { maxNodes } from './limits.js';
import { recursionProblem, walkNesting, type UsedPipeline } from './nesting.js';
import { pointerTo, type Problem } from './problem.js';
import type { Pipeline } from './step.js';
import { createSuggest } from './suggest.js';

export type ParsedPipeline = { pipeline: Pipeline } | { problems: Problem[] };

/**
 * Reads and checks a pipeline's document. Finds all errors at once, in the parts that can be read even if others cannot; only a
 * document that is too big or too deep is answered with that alone. Linear in the document but for suggestions of names, whose
 * number is bounded.
 */
export function parsePipeline(json: unknown, catalogue: Catalogue): ParsedPipeline {
  return parseWith(json, catalogue, (read, problems) => {
    const uses = Array.from(read.nodes.values(), (node) => node.use);
    const { used, recursions } = walkNesting(read.id, uses, catalogue);
    for (const path of recursions) {
      const [name = ''] = [...read.nodes].find(([, node]) => node.use === path[1]) ?? [];
      problems.push(recursionProblem(pointerTo(['nodes', name, 'use']), path));
    }
    if (recursions.length > 0) return () => null;
    used.forEach(parseUsed);
    return parsedUse;
  });
}

function parseWith(
  json: unknown,
  catalogue: Catalogue,
  nested: (read: ReadDocument, problems: Problem[]) => Checking['parsed'],
): ParsedPipeline {
  const refusal = refusalOf(json);
  if (refusal) return { problems: [refusal] };
  const problems: Problem[] = [];
  const suggest = createSuggest();
  const read = readDocument(json, problems, suggest);
  const parsed = nested(read, problems);
  const pipeline = checkDocument(read, { catalogue, problems, suggest, parsed });
  return pipeline ? { pipeline } : { problems };
}

function refusalOf(json: unknown): Problem | null {
  const nodes = typeof json === 'object' && json !== null ? (json as { nodes?: unknown }).nodes : null;
  if (typeof nodes === 'object' && nodes !== null && Object.keys(nodes).length > maxNodes) {
    const message = `A pipeline has at most ${maxNodes} nodes; split this one into several.`;
    return { code: 'too-many-nodes', pointer: '/nodes', message };
  }
  if (isShallow(json)) return null;
  return {
    code: 'too-deep',
    pointer: '',
    message: `A pipeline's JSON is at most ${maxJsonDepth} levels deep.`,
  };
}

// A catalogue never changes, so neither does what its documents come to.
const memo = new WeakMap<Catalogue, Map<string, ParsedPipeline>>();

function parseUsed({ document, home }: UsedPipeline): void {
  const known = memo.get(home) ?? new Map<string, ParsedPipeline>();
  memo.set(home, known);
  if (!known.has(document.id))
    known.set(
      document.id,
      parseWith(document, home, () => parsedUse),
    );
}

function parsedUse({ document, home }: UsedPipeline): ParsedPipeline {
  return memo.get(home)?.get(document.id) ?? { problems: [cyclicUse] };
}

// Each pipeline is parsed after those it uses, unless it is used by one of them.
const cyclicUse: Problem = { code: 'recursion', pointer: '', message: 'It uses a pipeline that uses it.' };
