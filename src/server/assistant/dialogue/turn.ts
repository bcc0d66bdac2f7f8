import type { Json } from '@atelier/sdk';
import type { JobView } from '../../jobs/job-view.js';
import type { ToolView } from '../../tools/tools.service.js';

/** What a dialogue remembers from one message to the next. */
export interface DialogueState {
  /** the tool that is being talked about */
  toolId: string | null;
  /** what is known of its inputs */
  inputs: Record<string, Json>;
  /** what it is for, as in “a logo for my coffee shop” */
  subject: string | null;
  /** the input that the last reply asked for */
  asked: string | null;
  /** the last reply said what would be run, with these very inputs, and asked whether to start */
  proposed: boolean;
  /** ids of the tools between which the caller was asked to choose */
  candidates: string[];
  /** the message that left that choice */
  wish: string;
  /** the job that was started last */
  jobId: string | null;
  /** that job was made of these very inputs */
  ran: boolean;
}

export const newState: Readonly<DialogueState> = {
  toolId: null,
  inputs: {},
  subject: null,
  asked: null,
  proposed: false,
  candidates: [],
  wish: '',
  jobId: null,
  ran: false,
};

/** A file that the caller may mean. */
export interface KnownFile {
  id: string;
  name: string;
  mediaType: string;
  /** `result` of the last job, or an upload; the newest upload comes first */
  origin: 'result' | 'upload';
}

/** All that a reply depends on. */
export interface Situation {
  message: string;
  state: DialogueState;
  tools: readonly ToolView[];
  files: readonly KnownFile[];
  /** the job that was started last, as it is now; null when there was none or it is forgotten */
  job: JobView | null;
}

/** What is to be done before the reply is true. */
export type Act =
  | { type: 'none' }
  /** `replaces`: a job that is to be cancelled first */
  | { type: 'start'; toolId: string; inputs: Record<string, Json>; replaces: string | null }
  | { type: 'cancel'; jobId: string }
  | { type: 'report'; job: JobView };

export interface Turn {
  state: DialogueState;
  act: Act;
  /** what is said; of an act, what comes before its outcome */
  reply: string;
  suggestions: string[];
}

/** A turn that says something and does nothing. */
export function say(state: DialogueState, reply: string, suggestions: string[]): Turn {
  return { state, act: { type: 'none' }, reply, suggestions };
}
