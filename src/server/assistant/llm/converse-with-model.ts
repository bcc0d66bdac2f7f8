import { type Json } from '@atelier/sdk';
import { isTerminal } from '../../../engine/job-state.js';
import { parseJson } from '../../../engine/json.js';
import type { ToolView } from '../../tools/tools.service.js';
import type { MessageView } from '../chat-view.js';
import { start } from '../dialogue/proceed.js';
import { misfit, missingSlots, slotsOf } from '../dialogue/slots.js';
import { newState, say, type Situation, type Turn } from '../dialogue/turn.js';
import { credits, describeRun, questionFor, suggestionsFor } from '../dialogue/wording.js';
import { readIntents } from '../reading/intents.js';
import { type Control, isControl, offerFunctions, type OfferedFunctions } from './functions.js';
import { instructionsFor } from './instructions.js';
import type { Complete, ModelMessage } from './language-model.js';

const mostRounds = 5;
const longestReply = 4000;

/**
 * The reply to a message in the words of a language model. The model prepares and asks; what is started was shown to the
 * caller before, or is ordered by the caller's own message, whatever the model says.
 * @throws Failure `unavailable`
 */
export async function converseWithModel(
  situation: Situation,
  history: readonly MessageView[],
  complete: Complete,
): Promise<Turn> {
  const offered = offerFunctions(situation.message, situation.tools, situation.state.toolId);
  const dialogue = new ModelDialogue(situation, offered);
  const messages: ModelMessage[] = [
    { role: 'system', content: instructionsFor(situation) },
    ...history.map(({ role, content }) => ({
      role,
      content: content.replace(/https?:\/\/\S+/g, '[address]'),
    })),
    { role: 'user', content: situation.message },
  ];
  for (let round = 0; round < mostRounds; round++) {
    const { content, calls } = await complete(messages, offered.functions);
    if (calls.length === 0) return dialogue.finish(content);
    messages.push({ role: 'assistant', content: content === '' ? null : content, tool_calls: calls });
    for (const { id, function: called } of calls) {
      const outcome = dialogue.call(called.name, called.arguments);
      if (typeof outcome !== 'string') return { ...outcome, reply: joined(content, outcome.reply) };
      messages.push({ role: 'tool', tool_call_id: id, content: outcome });
    }
  }
  return dialogue.finish('');
}

/** One message on its way through the calls that a model makes. */
class ModelDialogue {
  private state: Situation['state'];
  private changed = false;

  constructor(
    private readonly situation: Situation,
    private readonly offered: OfferedFunctions,
  ) {
    this.state = situation.state;
  }

  /** What a call leads to: an answer for the model, or the end of the turn. */
  call(name: string, given: string): string | Turn {
    if (isControl(name)) return this.control(name);
    const tool = this.offered.tools.get(name);
    if (tool === undefined) return 'There is no such function.';
    const values = argumentsOf(given);
    return values === null ? 'The arguments are no JSON object; send one.' : this.prepare(tool, values);
  }

  /** The model's words, and what the caller must have seen before anything may be started. */
  finish(content: string): Turn {
    const tool = this.tool();
    const said = content.slice(0, longestReply);
    if (tool === undefined) return say(this.state, said === '' ? 'What would you like to make?' : said, []);
    const { files } = this.situation;
    const [missing] = missingSlots(slotsOf(tool), this.state.inputs);
    const isNew = this.changed && missing === undefined;
    const state = {
      ...this.state,
      asked: missing?.name ?? null,
      proposed: isNew || (this.state.proposed && !this.changed),
    };
    const run = isNew
      ? `I would run ${describeRun(tool, state.inputs, files)} for ${credits(tool.credits)}. Say “go” to start.`
      : '';
    const question = said === '' && missing !== undefined ? questionFor(missing, state, files) : '';
    return say(
      state,
      joined(said, run || question) || 'What would you like to change?',
      suggestionsFor(tool, state, files),
    );
  }

  private control(name: Control): string | Turn {
    const { job } = this.situation;
    if (name === 'start_job') return this.startJob();
    if (job === null) return 'No job has been started in this chat yet.';
    if (name === 'job_status')
      return { state: this.state, act: { type: 'report', job }, reply: '', suggestions: [] };
    if (isTerminal(job.status)) return `The job is ${job.status}; there is nothing to cancel.`;
    return { state: this.state, act: { type: 'cancel', jobId: job.id }, reply: '', suggestions: [] };
  }

  private startJob(): string | Turn {
    const tool = this.tool();
    if (tool === undefined) return 'No tool has been prepared yet; call its function first.';
    const missing = missingSlots(slotsOf(tool), this.state.inputs).map(({ name }) => name);
    if (missing.length > 0) return `Not started: ${missing.join(', ')} must be given first. Ask the user.`;
    const intents = readIntents(this.situation.message);
    const isShown = this.state.proposed && !this.changed && !intents.no && !intents.cancel;
    if (isShown || intents.start || intents.again)
      return start({ ...this.situation, state: this.state }, tool, '');
    return 'Not started: tell the user what will run and what it costs, and ask whether to start.';
  }

  private prepare(tool: ToolView, values: Record<string, Json>): string {
    const slots = slotsOf(tool);
    const before =
      this.state.toolId === tool.id ? this.state : { ...newState, jobId: this.state.jobId, toolId: tool.id };
    const inputs = { ...before.inputs };
    const problems: string[] = [];
    for (const [name, value] of Object.entries(values)) {
      const slot = slots.find((slot) => slot.name === name);
      const problem = slot === undefined ? `There is no input ${name.slice(0, 64)}.` : misfit(slot, value);
      if (problem === undefined) inputs[name] = value;
      else problems.push(problem);
    }
    const isSame = before === this.state && JSON.stringify(inputs) === JSON.stringify(before.inputs);
    if (!isSame) {
      this.changed = true;
      this.state = { ...before, inputs, proposed: false, ran: false, candidates: [] };
    }
    const missing = missingSlots(slots, inputs).map(({ name }) => name);
    return JSON.stringify({ prepared: tool.id, inputs, problems, missing, credits: tool.credits });
  }

  private tool(): ToolView | undefined {
    return this.situation.tools.find(({ id }) => id === this.state.toolId);
  }
}

function argumentsOf(text: string): Record<string, Json> | null {
  try {
    const value = parseJson(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, Json>)
      : null;
  } catch {
    return null;
  }
}

function joined(first: string, second: string): string {
  return [first.slice(0, longestReply), second].filter((part) => part !== '').join('\n\n');
}
