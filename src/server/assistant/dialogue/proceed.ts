import type { ToolView } from '../../tools/tools.service.js';
import { missingSlots, slotsOf } from './slots.js';
import { say, type Situation, type Turn } from './turn.js';
import { credits, describeOpen, describeRun, questionFor, suggestionsFor } from './wording.js';

interface Circumstances {
  /** The tool has just been chosen. */
  opening?: boolean;
  /** what was said and does not fit */
  problems?: readonly string[];
  /** A start was ordered that is not possible yet. */
  insists?: boolean;
}

/** Asks for what is missing, or else proposes to start. */
export function proceed(
  situation: Situation,
  tool: ToolView,
  { opening, problems = [], insists }: Circumstances,
): Turn {
  const { state, files } = situation;
  const [missing] = missingSlots(slotsOf(tool), state.inputs);
  const intro = [...(opening ? [openingOf(situation, tool, missing === undefined)] : []), ...problems]
    .join(' ')
    .trim();
  if (missing === undefined) return propose(situation, tool, intro);
  const before = insists && intro === '' ? 'Before I can start I need one more thing.' : intro;
  const next = { ...state, asked: missing.name, proposed: false, candidates: [] };
  const reply = `${before} ${questionFor(missing, state, files)}`.trim();
  return say(next, reply, suggestionsFor(tool, next, files));
}

/** Says what would be run and what it costs. */
export function propose(situation: Situation, tool: ToolView, intro: string): Turn {
  const { state, files } = situation;
  const next = { ...state, asked: null, proposed: true, candidates: [] };
  const run = `I would run ${describeRun(tool, state.inputs, files)} for ${credits(tool.credits)}.`;
  const reply = [intro, run, describeOpen(tool, state.inputs), 'Shall I start?']
    .filter((part) => part !== '')
    .join(' ');
  return say(next, reply, suggestionsFor(tool, next, files));
}

/** @param replaces a job that is cancelled for this one */
export function start(
  { state, files }: Situation,
  tool: ToolView,
  intro: string,
  replaces: string | null = null,
): Turn {
  const next = { ...state, asked: null, proposed: false, candidates: [] };
  const act = { type: 'start', toolId: tool.id, inputs: state.inputs, replaces } as const;
  const before = replaces === null ? intro : `${intro} I cancelled the job before, which costs nothing.`;
  const run = `I started ${describeRun(tool, state.inputs, files)}, for ${credits(tool.credits)}. Ask me how far it is.`;
  return { state: next, act, reply: `${before} ${run}`.trim(), suggestions: ['How far is it?', 'Cancel'] };
}

function openingOf({ state }: Situation, tool: ToolView, isReady: boolean): string {
  const thing = /^(.+?)(?: (?:maker|generator))$/i.exec(tool.title)?.[1]?.toLowerCase();
  // What is ready at once names the tool anyway.
  if (thing === undefined) return isReady ? '' : `I'll help you with that: ${tool.title}.`;
  const whole = state.subject === null ? thing : `${state.subject} ${thing}`;
  return `I'll help you create ${/^[aeiou]/i.test(whole) ? 'an' : 'a'} ${whole}.`;
}
