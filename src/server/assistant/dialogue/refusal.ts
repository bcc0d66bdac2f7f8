import { type Failure, type FailureCode, isRequired } from '@atelier/sdk';
import type { ToolView } from '../../tools/tools.service.js';
import { slotsOf } from './slots.js';
import { type DialogueState, say, type Situation, type Turn } from './turn.js';
import { questionFor, suggestionsFor } from './wording.js';

/** Why a job may be refused that its caller can do something about. */
const tellable = new Set<FailureCode>([
  'invalid-input',
  'invalid-pipeline',
  'insufficient-credits',
  'insufficient-memory',
  'model-missing',
  'queue-full',
  'rate-limited',
]);

const remedies: Partial<Record<FailureCode, string>> = {
  'insufficient-credits': 'Get more credits with POST /v1/credits/purchase, then say “go”.',
  'queue-full': 'Say “go” to try again.',
  'rate-limited': 'Say “go” to try again then.',
};

/** Whether a refused job is to be talked about; anything else is a failure of the message itself. */
export function isTellable({ code, details }: Failure): boolean {
  return tellable.has(code) || (code === 'not-found' && details.kind !== 'chat');
}

/** Says why a job was not started; an input that does not fit is asked for again. */
export function refused({ files }: Situation, tool: ToolView, state: DialogueState, failure: Failure): Turn {
  const wrong = slotsOf(tool).find(({ name }) => pointers(failure).some((place) => isAt(place, name)));
  const reply = `I could not start it: ${failure.message}`;
  if (wrong === undefined) {
    const next = { ...state, asked: null, proposed: true, ran: false };
    return say(next, `${reply} ${remedies[failure.code] ?? ''}`.trim(), suggestionsFor(tool, next, files));
  }
  const { [wrong.name]: _, ...inputs } = state.inputs;
  const next = { ...state, inputs, asked: wrong.name, proposed: false, ran: false };
  const question = isRequired(wrong.spec)
    ? questionFor(wrong, next, files)
    : `What ${wrong.label} should I take instead?`;
  return say(next, `${reply} ${question}`, suggestionsFor(tool, next, files));
}

function pointers({ details: { problems } }: Failure): string[] {
  if (!Array.isArray(problems)) return [];
  return problems.map((problem: { pointer?: unknown }) => String(problem.pointer ?? ''));
}

function isAt(pointer: string, name: string): boolean {
  return pointer === `/${name}` || pointer.startsWith(`/${name}/`);
}
