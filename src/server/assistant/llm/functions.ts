import type { ToolView } from '../../tools/tools.service.js';
import { rankTools } from '../dialogue/find-tool.js';
import type { ModelFunction } from './language-model.js';

/** What the model can do beside choosing a tool and its inputs. */
export const controls = {
  start_job:
    'Starts what was prepared. Only when the user has been told what will run and its price, and wants it.',
  job_status: 'Tells the user how the job is that was started last, with its result once it is there.',
  cancel_job: 'Cancels the job that was started last. Only when the user wants that.',
} as const;

export type Control = keyof typeof controls;

/** More functions than this are refused by some endpoints, and confuse most models. */
const mostTools = 40;
const longestDescription = 1000;

export interface OfferedFunctions {
  functions: ModelFunction[];
  /** tools by the name of their function */
  tools: Map<string, ToolView>;
}

/** The tools that fit best what was said, and the controls. */
export function offerFunctions(
  said: string,
  tools: readonly ToolView[],
  current: string | null,
): OfferedFunctions {
  const likely = rankTools(said, tools).map(({ tool }) => tool);
  const now = tools.filter(({ id }) => id === current);
  const chosen = [...new Set([...now, ...likely, ...tools])].slice(0, mostTools);
  const byName = new Map(chosen.map((tool) => [nameOf(tool), tool]));
  const prepared = [...byName].map(([name, tool]) => functionOf(name, describe(tool), parametersOf(tool)));
  const orders = Object.entries(controls).map(([name, what]) =>
    functionOf(name, what, { type: 'object', properties: {} }),
  );
  return { functions: [...prepared, ...orders], tools: byName };
}

export function isControl(name: string): name is Control {
  return Object.hasOwn(controls, name);
}

function describe({ title, description, credits }: ToolView): string {
  const text = `${title} (${credits} credits). ${description} Prepares a job and starts nothing; pass what is known and leave out the rest.`;
  return text.slice(0, longestDescription);
}

/** The tool's schema; nothing is required, as what the user has not said yet is asked for. */
function parametersOf({ inputSchema }: ToolView): Record<string, unknown> {
  const { $schema: _, required: __, ...schema } = inputSchema;
  return schema;
}

function functionOf(name: string, description: string, parameters: Record<string, unknown>): ModelFunction {
  return { type: 'function', function: { name, description, parameters } };
}

/** An own tool may be called like a control. */
function nameOf({ id }: ToolView): string {
  return isControl(id) ? `${id}_tool` : id;
}
