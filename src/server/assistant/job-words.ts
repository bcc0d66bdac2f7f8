import type { JobOutput, OutputFile } from '../jobs/job-output.js';
import type { JobView } from '../jobs/job-view.js';
import { credits } from './dialogue/wording.js';

/** Makes the address at which a file can be fetched. */
export type Link = (fileId: string) => string;

export interface JobWords {
  reply: string;
  suggestions: string[];
}

const mostLinks = 8;
const otherwise = ['Again', 'Something else'];

/** How a job is, as one would say it. */
export function describeJob(job: JobView, link: Link): JobWords {
  switch (job.status) {
    case 'completed':
      return { reply: describeResult(job, link), suggestions: otherwise };
    case 'failed': {
      const reason = job.failure?.message ?? 'Something went wrong.';
      return {
        reply: `It failed and cost nothing. ${reason} Say “again” to try once more, or what to change.`,
        suggestions: otherwise,
      };
    }
    case 'cancelled':
      return { reply: 'It was cancelled and cost nothing.', suggestions: otherwise };
    default:
      return { reply: describeProgress(job), suggestions: ['How far is it?', 'Cancel'] };
  }
}

/** The files of a job, in the order of its outputs. */
export function resultFiles({ outputs }: Pick<JobView, 'outputs'>): OutputFile[] {
  return Object.values(outputs ?? {}).flatMap((output) => (output === null ? [] : filesOf(output)));
}

function describeProgress({ startedAt, progress, message, queuePosition, eta }: JobView): string {
  const seconds = eta === null ? null : Math.ceil(eta.p50Seconds);
  const left = seconds === null ? '' : `, about ${seconds} s to go`;
  if (startedAt === null) {
    const place = queuePosition === null ? '' : ` at position ${queuePosition}`;
    return `It waits in the queue${place}${left}.`;
  }
  const percent = Math.min(99, Math.floor(progress * 100));
  return `It is ${percent} % done${message === '' ? '' : ` (${message.replace(/\.+$/, '')})`}${left}.`;
}

function describeResult(job: JobView, link: Link): string {
  const files = resultFiles(job);
  const cost = `It cost ${credits(job.credits)}.`;
  if (files.length === 0) return `It is done. ${cost} GET /v1/jobs/${job.id} has what came out.`;
  const shown = files.slice(0, mostLinks).map(({ fileId, name }) => `${name}: ${link(fileId)}`);
  const more =
    files.length > shown.length ? `\nGET /v1/jobs/${job.id} has ${files.length - shown.length} more.` : '';
  return `It is ready. ${cost}\n${shown.join('\n')}${more}`;
}

function filesOf(output: JobOutput): OutputFile[] {
  if (output.kind === 'file') return [output.file];
  return output.kind === 'list' ? output.items.flatMap(filesOf) : [];
}
