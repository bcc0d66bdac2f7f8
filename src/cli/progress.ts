import { MultiBar, type SingleBar } from 'cli-progress';
import type { JobEvent } from '../server/jobs/job-view.js';
import { terminal } from './terminal.js';

/** What the events say that are shown; each kind has some of these. */
interface EventData {
  status?: string;
  progress?: number;
  message?: string;
  /** how far the nodes are that run, by id */
  nodes?: Record<string, number>;
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

/** A bar for the job and one for each node that runs where a person watches; one line an event where none does. */
export function openProgress(): ProgressView {
  return terminal.isWatched() ? bars() : lines();
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

function bars(): ProgressView {
  const titles = new Map<string, string>();
  // Ctrl-C belongs to the command.
  const format = '{bar} {percentage} %  {message}';
  const multi = new MultiBar({ format, barsize: 30, gracefulExit: false, hideCursor: true });
  const whole = multi.create(100, 0, { message: '' });
  const running = new Map<string, SingleBar>();
  const showNode = (facts: EventData): void => {
    const { nodeId = '', status } = facts;
    const known = running.get(nodeId);
    if (status === 'started') {
      const message = `${nodeId}: ${titleOf(facts, titles) ?? ''}`;
      if (known === undefined) running.set(nodeId, multi.create(100, 0, { message }));
      else known.update(0, { message });
      return;
    }
    if (known !== undefined) multi.remove(known);
    running.delete(nodeId);
    multi.log(`${nodeLine(facts, titles)}\n`);
  };
  return {
    show({ type, data }) {
      const facts = data as EventData;
      if (type === 'node') return showNode(facts);
      whole.update(percent(facts), { message: facts.message ?? facts.status });
      for (const [nodeId, fraction] of Object.entries(facts.nodes ?? {}))
        running.get(nodeId)?.update(Math.floor(fraction * 100));
    },
    end: () => multi.stop(),
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
