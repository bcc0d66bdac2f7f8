import type { ToolView } from '../../tools/tools.service.js';
import { readValues } from '../reading/read-values.js';
import { ideaOf } from '../reading/synonyms.js';
import { wordsOf } from '../reading/words.js';
import { isRequired } from '@atelier/sdk';
import { slotsOf, takesFiles, takesName, takesPrompt } from './slots.js';

/** One tool and how much of a message speaks for it. */
export interface Match {
  tool: ToolView;
  score: number;
  /** The message has a word of its title, not only of what is written about it. */
  named: boolean;
}

/** A tool whose description has one rare word of the message is above this; one with a common word is not. */
const leastScore = 0.5;
/** What each value counts that a message has for a tool's inputs: “bottom left” speaks for the tool that has positions. */
const valueScore = 0.4;
/** More tools than this are not held against a message's values. */
const mostRead = 12;
/** From here on two tools are too close to choose between them. */
const tie = 0.85;
/** What a tool loses that wants a picture where none is spoken of, or the other way round. */
const misfit = 0.6;

const making = /\b(?:create|generate|make|paint|draw|render|imagine|design)\b/i;
const pointing = /\b(?:my|this|these|that|the|it|existing|uploaded|last|latest)\b|\bfile_\w/i;

/** The tools that a message may ask for, the likeliest first. */
export function rankTools(message: string, tools: readonly ToolView[]): Match[] {
  const weights = tools.map(weightsOf);
  const asked = new Set(wordsOf(message).map(ideaOf).filter(isIdea));
  return tools
    .map((tool, index) => {
      const own = weights[index]!;
      const hits = [...asked].filter((idea) => own.has(idea));
      const sum = hits.reduce((total, idea) => total + own.get(idea)! * rarity(idea, weights), 0);
      const named = titleIdeas(tool).some((idea) => asked.has(idea));
      return { tool, score: sum * aptness(message, tool), named };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.tool.id.localeCompare(b.tool.id));
}

/** The tool that a message asks for, or those between which it leaves the choice. */
export function findTool(
  message: string,
  tools: readonly ToolView[],
): { tool: ToolView } | { choices: ToolView[] } {
  const called = tools.filter((tool) => callsByName(message, tool));
  if (called.length === 1) return { tool: called[0]! };
  const ranked = rankTools(message, tools)
    .slice(0, mostRead)
    .map((match) => ({ ...match, score: match.score + valueScore * countValues(message, match.tool) }))
    .filter(({ score }) => score >= leastScore)
    .sort((a, b) => b.score - a.score);
  const [best] = ranked;
  if (best === undefined) return { choices: [] };
  const close = ranked.filter(({ score }) => score >= best.score * tie);
  if (close.length === 1 && best.named) return { tool: best.tool };
  return { choices: close.slice(0, 4).map(({ tool }) => tool) };
}

/** Whether a message is the name of this tool and nothing else. */
export function isNameOf(message: string, { id, title }: ToolView): boolean {
  const said = wordsOf(message).join(' ');
  return [id, title].some((name) => said === wordsOf(name).join(' '));
}

/** Whether a message begins with what the tool is called after, as an order does: “watermark it”. */
export function beginsWith(message: string, tool: ToolView): boolean {
  const first = wordsOf(message).find((word) => !/^(?:and|now|then|please|ok|okay|also|next)$/.test(word));
  const idea = first === undefined ? null : ideaOf(first);
  return idea !== null && titleIdeas(tool).includes(idea);
}

function callsByName(message: string, { id, title }: ToolView): boolean {
  const said = ` ${wordsOf(message).join(' ')} `;
  return [id, title].some((name) => said.includes(` ${wordsOf(name).join(' ')} `));
}

/** A name counts more: a message that has one wants it written somewhere. */
function countValues(message: string, tool: ToolView): number {
  const slots = slotsOf(tool).filter((slot) => !takesFiles(slot) && !takesPrompt(slot));
  const request = { slots, asked: null, given: {}, files: [], opens: false };
  const read = readValues(message, request).values;
  return slots
    .filter(({ name }) => Object.hasOwn(read, name))
    .reduce((count, slot) => count + (takesName(slot) ? 2 : 1), 0);
}

/** How much each idea speaks for a tool. */
function weightsOf(tool: ToolView): Map<string, number> {
  const weights = new Map<string, number>();
  const note = (text: string, weight: number): void => {
    for (const idea of wordsOf(text).map(ideaOf).filter(isIdea)) {
      weights.set(idea, Math.max(weight, weights.get(idea) ?? 0));
    }
  };
  note(tool.category, 0.5);
  for (const { title } of tool.examples) note(title, 0.5);
  for (const name of Object.keys(tool.inputs)) note(name.replaceAll('_', ' '), 0.5);
  note(tool.description, 1);
  for (const idea of titleIdeas(tool)) weights.set(idea, 3);
  return weights;
}

function titleIdeas({ id, title }: ToolView): string[] {
  return wordsOf(`${title} ${id.replaceAll('_', ' ')}`)
    .filter((word) => !/^(?:maker|tool|editor|generator)$/.test(word))
    .map(ideaOf)
    .filter(isIdea);
}

function rarity(idea: string, weights: readonly Map<string, number>[]): number {
  const holders = weights.filter((own) => own.has(idea)).length;
  return Math.log(weights.length / holders) + 0.2;
}

function aptness(message: string, tool: ToolView): number {
  const wantsFile = slotsOf(tool).some((slot) => takesFiles(slot) && isRequired(slot.spec));
  const makes = making.test(message) && !pointing.test(message);
  const points = pointing.test(message) && !making.test(message);
  return (wantsFile && makes) || (!wantsFile && points) ? misfit : 1;
}

function isIdea(idea: string | null): idea is string {
  return idea !== null;
}
