import type { ToolView } from '../../tools/tools.service.js';
import { listed, stem, wordsOf } from '../reading/words.js';
import { propose } from './proceed.js';
import { missingSlots, slotsOf } from './slots.js';
import { say, type Situation, type Turn } from './turn.js';
import { credits, describeSlot, optionalSlots, questionFor, suggestionsFor } from './wording.js';

const mostTools = 12;

/** Lists the tools. */
export function offer({ state, tools }: Situation, intro: string): Turn {
  const shown = tools.slice(0, mostTools);
  const lines = shown.map(
    ({ title, description, credits: price }) => `- ${title} (${credits(price)}): ${description}`,
  );
  const more =
    tools.length > shown.length ? `\nGET /v1/tools lists ${tools.length - shown.length} more.` : '';
  return say(
    state,
    `${intro}\n${lines.join('\n')}${more}`,
    shown.slice(0, 4).map(({ title }) => title),
  );
}

export function greeting(situation: Situation): Turn {
  const { state, tools } = situation;
  if (state.toolId !== null)
    return say(state, 'You are welcome. Tell me when you want something changed, or something else.', []);
  const titles = tools.slice(0, 4).map(({ title }) => title);
  return say(state, 'Hello! Tell me what you would like to make, and I will find the tool for it.', titles);
}

/** Says what is expected instead. */
export function notUnderstood(situation: Situation): Turn {
  const { state, tools, files } = situation;
  const tool = tools.find(({ id }) => id === state.toolId);
  if (tool === undefined) {
    const titles = tools.slice(0, mostTools).map(({ title }) => title);
    const reply = `I found no tool for that. I can run ${listed(titles)}; say “help” to hear what each does.`;
    return say({ ...state, candidates: [] }, reply, [...titles.slice(0, 3), 'Help']);
  }
  const [missing] = missingSlots(slotsOf(tool), state.inputs);
  if (missing !== undefined) {
    const next = { ...state, asked: missing.name };
    return say(
      next,
      `I did not get that. ${questionFor(missing, state, files)}`,
      suggestionsFor(tool, next, files),
    );
  }
  if (state.ran) {
    const reply =
      'I did not get that. Ask how far the job is, say what to change, “again” for another one, or what else you would like to make.';
    return say(state, reply, ['How far is it?', 'Again', 'Something else']);
  }
  return propose(situation, tool, 'I did not get that.');
}

export function priceOf(situation: Situation, tool: ToolView): Turn {
  const { state, files } = situation;
  const [missing] = missingSlots(slotsOf(tool), state.inputs);
  const price = `${tool.title} costs ${credits(tool.credits)}; a job that fails or is cancelled costs nothing.`;
  if (missing === undefined) return propose(situation, tool, price);
  return say(state, `${price} ${questionFor(missing, state, files)}`, suggestionsFor(tool, state, files));
}

/** What there is to choose from, for the input that the question names, or for all. */
export function tellOptions(situation: Situation, tool: ToolView): Turn {
  const { message, state, files } = situation;
  const words = new Set(wordsOf(message.replace(/colour/gi, 'color')).map(stem));
  const slots = optionalSlots(slotsOf(tool), {});
  const meant = slots.filter(({ label }) =>
    wordsOf(label.replace('colour', 'color')).some((word) => words.has(stem(word))),
  );
  const told = (meant.length > 0 ? meant : slots).slice(0, 6).map(describeSlot);
  return say(state, told.join(' '), suggestionsFor(tool, state, files));
}
