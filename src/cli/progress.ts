import { MultiBar } from 'cli-progress';
import type { JobEvent } from '../server/jobs/job-view.js';
import { terminal } from './terminal.js';

/** What the events say that are shown; each kind has some of these. */
interface EventData {
  status?: string;
  progress?: number;
  message?: string;
  nodeId?: string;
  title?: string;
  ms?: number;
  failure?: { message: string };
}

/** Shows a job's events as they come. */
export interface ProgressView {
  show(event: JobEvent): void;
  /** Leaves the terminal as the next line needs it. */
  end(): void;
}

/** A bar below the nodes that are done where a person watches, and one line an event where none does. */
export function openProgress(): ProgressView {
  return terminal.isWatched() ? bar() : lines();
}

function lines(): ProgressView {
  const titles = new Map<string, string>();
  return {
    show({ type, data }) {
      const facts = data as EventData;
      if (type === 'node') terminal.note(nodeLine(facts, titles));
      else if (type === 'status') terminal.note(facts.status ?? '');
      else terminal.note(`${percent(facts)} %  ${facts.message ?? ''}`);
    },
    end: () => undefined,
  };
}

function bar(): ProgressView {
  const titles = new Map<string, string>();
  // Ctrl-C belongs to the command.
  const format = '{bar} {percentage} %  {message}';
  const bars = new MultiBar({ format, barsize: 30, gracefulExit: false, hideCursor: true });
  const whole = bars.create(100, 0, { message: '' });
  return {
    show({ type, data }) {
      const facts = data as EventData;
      if (type !== 'node') whole.update(percent(facts), { message: facts.message ?? facts.status });
      else if (facts.status === 'started') whole.update({ message: titleOf(facts, titles) });
      else bars.log(`${nodeLine(facts, titles)}\n`);
    },
    end: () => bars.stop(),
  };
}

function nodeLine(facts: EventData, titles: Map<string, string>): string {
  const { nodeId = '', status, ms, failure } = facts;
  const details = [
    titleOf(facts, titles),
    ms === undefined ? '' : `${(ms / 1000).toFixed(2)} s`,
    failure?.message,
  ];
  return `${nodeId}: ${[status, ...details].filter(Boolean).join(', ')}`;
}

/** Only the start of a node tells its title. */
function titleOf({ nodeId = '', title }: EventData, titles: Map<string, string>): string | undefined {
  if (title !== undefined) titles.set(nodeId, title);
  return titles.get(nodeId);
}

function percent({ progress = 0 }: EventData): number {
  return Math.floor(progress * 100);
}
