import type { Pipeline } from '../../engine/step.js';

/**
 * Credits of one run: what the pipeline asks for, and never less than the tools it uses ask for together, so that nobody
 * gets a tool for less by wrapping it.
 */
export function priceOf({ document, steps }: Pipeline): number {
  const used = [...steps.values()].map(({ use }) => (use.kind === 'pipeline' ? priceOf(use.pipeline) : 0));
  return Math.max(
    document.tool?.credits ?? 0,
    used.reduce((sum, credits) => sum + credits, 0),
  );
}
