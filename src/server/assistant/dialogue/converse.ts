import { isTerminal } from '../../../engine/job-state.js';
import type { ToolView } from '../../tools/tools.service.js';
import { type Intents, readIntents } from '../reading/intents.js';
import { type Reading, readValues } from '../reading/read-values.js';
import { takeQuoted } from '../reading/texts.js';
import { Unread } from '../reading/unread.js';
import { listed } from '../reading/words.js';
import { beginsWith, findTool, isNameOf } from './find-tool.js';
import { greeting, notUnderstood, offer, priceOf, tellOptions } from './answers.js';
import { proceed, start } from './proceed.js';
import { missingSlots, slotsOf, takesPrompt, takesText } from './slots.js';
import { type DialogueState, newState, say, type Situation, type Turn } from './turn.js';

const longestWish = 4000;

/** The reply to a message, without any model: slots are filled from what is said, and what is missing is asked for. */
export function converse(situation: Situation): Turn {
  const unread = new Unread(situation.message);
  takeQuoted(unread);
  const intents = readIntents(unread.rest);
  const tool = situation.tools.find(({ id }) => id === situation.state.toolId) ?? null;
  if (intents.help) return offer(situation, 'I can run these tools for you:');
  const told = aboutJob(situation, tool, intents);
  if (told !== null) return told;
  return tool === null ? withoutTool(situation, intents) : withTool(situation, tool, intents);
}

function withoutTool(situation: Situation, intents: Intents): Turn {
  const { message, state, tools } = situation;
  if (intents.polite) return greeting(situation);
  const candidates = tools.filter(({ id }) => state.candidates.includes(id));
  const among = candidates.length > 0 ? findTool(message, candidates) : null;
  const found = among !== null && 'tool' in among ? among : findTool(message, tools);
  if ('tool' in found) return begin(situation, found.tool, intents);
  if (candidates.length === 1 && !intents.no) return begin(situation, candidates[0]!, intents, true);
  const choices = found.choices.length === 0 && !intents.no ? candidates : found.choices;
  return choices.length === 0 ? notUnderstood(situation) : askWhich(situation, choices);
}

function askWhich({ message, state }: Situation, choices: readonly ToolView[]): Turn {
  const titles = choices.map(({ title }) => title);
  const wish = `${state.wish} ${message}`.trim().slice(-longestWish);
  const next = { ...state, candidates: choices.map(({ id }) => id), wish };
  return say(next, `Do you mean ${listed(titles, 'or')}?`, titles);
}

/** Starts to talk about a tool, with all that the message says of it already. */
function begin(situation: Situation, tool: ToolView, intents: Intents, confirms = false): Turn {
  const { message, state, files } = situation;
  const slots = slotsOf(tool);
  const wish = state.candidates.includes(tool.id) ? state.wish : '';
  const wished = readValues(wish, { slots, asked: null, given: {}, files, opens: true });
  // Who was asked for the tool alone may answer with what it is to make.
  const asked = confirms && !intents.yes ? (slots.find(takesPrompt) ?? null) : null;
  const reading = readValues(message, { slots, asked, given: wished.values, files, opens: true });
  const next = {
    ...newState,
    jobId: state.jobId,
    toolId: tool.id,
    subject: reading.subject ?? wished.subject,
    inputs: { ...wished.values, ...reading.values },
  };
  const isReady = missingSlots(slots, next.inputs).length === 0 && reading.problems.length === 0;
  if (isReady && intents.start && !confirms) return start({ ...situation, state: next }, tool, '');
  return proceed({ ...situation, state: next }, tool, { opening: true, problems: reading.problems });
}

/** What is asked about the job or ordered of it. */
function aboutJob(situation: Situation, tool: ToolView | null, intents: Intents): Turn | null {
  const { message, state, job } = situation;
  const dropped = { ...newState, jobId: state.jobId };
  if (intents.cancel) return cancel(situation, dropped);
  if (intents.anew) return say(dropped, 'Let us begin anew. What would you like to make?', []);
  const saysMore = tool !== null && (changes(situation, tool) || switchesTo(situation, tool) !== null);
  if (intents.again && tool !== null && state.ran && !saysMore) return start(situation, tool, 'Once more.');
  const answers = state.asked !== null && !message.trim().endsWith('?');
  if (!intents.status || answers || saysMore) return null;
  if (job !== null) return { state, act: { type: 'report', job }, reply: '', suggestions: [] };
  return tool === null ? null : say(state, 'No job has been started in this chat yet.', []);
}

/** Cancels what runs, or else drops what was talked about. */
function cancel({ state, job }: Situation, dropped: DialogueState): Turn {
  if (job !== null && !isTerminal(job.status)) {
    const act = { type: 'cancel', jobId: job.id } as const;
    return { state: { ...state, proposed: false }, act, reply: '', suggestions: [] };
  }
  const reply =
    'All right, I dropped that; nothing was started or charged. What would you like to make instead?';
  return say(
    dropped,
    state.toolId === null ? 'There is nothing to cancel. What would you like to make?' : reply,
    [],
  );
}

function withTool(situation: Situation, tool: ToolView, intents: Intents): Turn {
  const { state, job } = situation;
  const other = switchesTo(situation, tool);
  if (other !== null) return begin(situation, other, intents);
  if (intents.options) return tellOptions(situation, tool);
  if (intents.price) return priceOf(situation, tool);
  const reading = read(situation, tool, intents);
  const changed = Object.keys(reading.values).length > 0;
  const next = { ...situation, state: { ...state, inputs: { ...state.inputs, ...reading.values } } };
  if (changed) {
    next.state.ran = false;
    next.state.proposed = false;
    next.state.subject ??= reading.subject;
  }
  const isReady =
    missingSlots(slotsOf(tool), next.state.inputs).length === 0 && reading.problems.length === 0;
  // A change while the job runs is meant for that job, whose credits come back when it is cancelled.
  const replaces = changed && job !== null && !isTerminal(job.status) && state.ran ? job.id : null;
  if (isReady && replaces !== null) return start(next, tool, '', replaces);
  if (isReady && (intents.start || (intents.yes && state.proposed))) return goAhead(next, tool, changed);
  if (changed || reading.problems.length > 0) return proceed(next, tool, { problems: reading.problems });
  if (intents.no) return say({ ...state, proposed: false }, 'What would you like to change?', []);
  if (intents.whatever || intents.start || intents.yes)
    return proceed(next, tool, { insists: intents.start });
  if (intents.polite) return greeting(situation);
  return notUnderstood(situation);
}

/** Starts, unless just that has been started already: a message that was sent twice is no second order. */
function goAhead(situation: Situation, tool: ToolView, changed: boolean): Turn {
  const { state, job } = situation;
  if (!state.ran || changed || job === null) return start(situation, tool, '');
  if (job.status === 'failed' || job.status === 'cancelled') return start(situation, tool, 'Once more.');
  return {
    state,
    act: { type: 'report', job },
    reply: 'That has been started already; say “again” for another one.',
    suggestions: [],
  };
}

function read({ message, state, files }: Situation, tool: ToolView, intents: Intents): Reading {
  const slots = slotsOf(tool);
  const isOrder = intents.start || intents.yes || intents.no || intents.polite || intents.whatever;
  const asked = slots.find(({ name }) => name === state.asked) ?? null;
  // “Yes” is an answer to a question for yes or no, and the name of hardly anything.
  const open = asked !== null && takesText(asked) && (isOrder || message.trim().endsWith('?')) ? null : asked;
  const reading = readValues(message, { slots, asked: open, given: state.inputs, files, opens: false });
  if (Object.keys(reading.values).length > 0 || isOrder) return reading;
  return { ...reading, values: amendPrompt(message, state.inputs, tool) };
}

/** “Make it darker” and “add a boat” go on with the description that there is. */
function amendPrompt(
  message: string,
  inputs: Situation['state']['inputs'],
  tool: ToolView,
): Reading['values'] {
  const slot = slotsOf(tool).find(takesPrompt);
  const prompt = slot === undefined ? undefined : inputs[slot.name];
  const wish =
    /^(?:(?:please|now|and|but)\s+)*(?:(?:make|let) (?:it|that|them)(?: be)?|add|with|include)\s+(.{2,300}?)(?:\s+instead)?[.!]*$/iu.exec(
      message.trim(),
    )?.[1];
  return typeof prompt === 'string' && wish !== undefined ? { [slot!.name]: `${prompt}, ${wish}` } : {};
}

const orders =
  /^(?:(?:please|now|then|and|ok|okay|actually|instead|no)\b[\s,]*)*(?:i(?:'d like| want| need| would like)\b|can you\b|could you\b|create (?!it\b)|make (?:a|an|me)\b|generate (?!it\b)|paint\b|draw\b|resize\b|upscale\b|convert\b|put\b|let'?s\b)/i;

/** The tool that the message orders, where that is not simply the one that is talked about. */
function switchesTo({ message, state, tools }: Situation, tool: ToolView): ToolView | null {
  const named = tools.find((other) => other.id !== tool.id && isNameOf(message, other));
  if (named !== undefined) return named;
  const asked = slotsOf(tool).find(({ name }) => name === state.asked);
  const answersText = asked !== undefined && takesText(asked);
  if (!orders.test(message.trim()) && answersText) return null;
  const found = findTool(message, tools);
  if (!('tool' in found)) return null;
  const isOrder = orders.test(message.trim());
  if (found.tool.id !== tool.id) return isOrder || beginsWith(message, found.tool) ? found.tool : null;
  // The same order once more is a new one when it is no answer to anything.
  return isOrder && (state.ran || answersText) ? found.tool : null;
}

function changes({ message, state, files }: Situation, tool: ToolView): boolean {
  const request = { slots: slotsOf(tool), asked: null, given: state.inputs, files, opens: false };
  return Object.keys(readValues(message, request).values).length > 0;
}
