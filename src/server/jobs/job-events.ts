import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Failure, type Json } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import { isTerminal, type JobStatus } from '../../engine/job-state.js';
import { Journal } from '../database/journal.js';
import { JobEventRow } from './job-event.entity.js';
import type { JobEvent, JobEventType, JobPreview } from './job-view.js';

export interface JobListener {
  event(event: JobEvent): void;
  preview?(preview: JobPreview): void;
  /** The terminal event has been delivered; nothing follows. */
  end(): void;
}

const rowsPerInsert = 200;
/** A job of 20,000 nodes makes 40,000 events: others get a turn between so many. */
const eventsPerPage = 1000;
/** Pause before events that could not be written are tried again. */
const retryMs = 1000;

/**
 * The numbered history of every job. An event is in the journal before anyone sees it, so whoever reconnects with the
 * last number seen finds everything that came after it.
 */
@Injectable()
export class JobEvents {
  private readonly lastSeq = new Map<string, number>();
  private readonly followers = new Map<string, Set<(event: JobEvent) => void>>();
  private readonly previewers = new Map<string, Set<(preview: JobPreview) => void>>();
  private unwritten: JobEvent[] = [];
  private writing: Promise<void> | null = null;

  constructor(@Inject(Journal) private readonly journal: Journal) {}

  /** Takes up the count of a job that an earlier process began. */
  async resume(jobId: string): Promise<void> {
    if (!this.lastSeq.has(jobId)) this.lastSeq.set(jobId, await this.storedSeq(jobId));
  }

  /** Numbers an event of a new or resumed job and hands it out once it is stored. */
  append(jobId: string, type: JobEventType, data: Json): void {
    const seq = (this.lastSeq.get(jobId) ?? 0) + 1;
    this.lastSeq.set(jobId, seq);
    this.unwritten.push({ jobId, seq, at: new Date().toISOString(), type, data });
    this.writing ??= this.writeAll();
  }

  /** Forgets the count of an ended job once its last event is stored. */
  async close(jobId: string): Promise<void> {
    await this.writing;
    this.lastSeq.delete(jobId);
  }

  preview(preview: JobPreview): void {
    for (const listener of this.previewers.get(preview.jobId) ?? []) listener(preview);
  }

  /** Everything after `lastSeq`, then what comes, each once and in order. Returns the way to stop. */
  async follow(jobId: string, lastSeq: number, listener: JobListener): Promise<() => void> {
    const early: JobEvent[] = [];
    let isReplaying = true;
    let seen = lastSeq;
    const pass = (event: JobEvent): void => {
      if (event.seq <= seen) return;
      seen = event.seq;
      listener.event(event);
      if (endsJob(event)) end();
    };
    const receive = (event: JobEvent): void => void (isReplaying ? early.push(event) : pass(event));
    const preview = (picture: JobPreview): void => listener.preview?.(picture);
    const stop = (): void => {
      seen = Infinity;
      leave(this.followers, jobId, receive);
      leave(this.previewers, jobId, preview);
    };
    const end = (): void => {
      stop();
      listener.end();
    };

    join(this.followers, jobId, receive);
    join(this.previewers, jobId, preview);
    for (let isFull = true; isFull;) {
      const page = await this.stored(jobId, seen);
      for (const event of page) pass(event);
      isFull = page.length === eventsPerPage && seen < Infinity;
      if (isFull) await nextTurn();
    }
    for (const event of early) pass(event);
    isReplaying = false;
    if (seen === lastSeq && (await this.hasEnd(jobId, lastSeq)) && seen === lastSeq) end();
    return stop;
  }

  /** The largest `progress` a job has reported, 0 to 1. */
  async lastProgress(jobId: string): Promise<number> {
    const row = await this.journal.read
      .getRepository(JobEventRow)
      .findOne({ where: { jobId, type: 'progress' }, order: { seq: 'DESC' } });
    return row === null ? 0 : Number((row.data as { progress: number }).progress);
  }

  /** A job that has ended without its history saying so: the journal was lost, or its last lines were. */
  async lacksEnd(jobId: string): Promise<boolean> {
    return !this.lastSeq.has(jobId) && !(await this.hasEnd(jobId, Infinity));
  }

  private async hasEnd(jobId: string, upTo: number): Promise<boolean> {
    const last = await this.journal.read
      .getRepository(JobEventRow)
      .findOne({ where: { jobId, type: 'status' }, order: { seq: 'DESC' } });
    return last !== null && last.seq <= upTo && endsJob(last);
  }

  async remove(jobIds: string[]): Promise<void> {
    await this.journal.write((manager) =>
      manager.delete(
        JobEventRow,
        jobIds.map((jobId) => ({ jobId })),
      ),
    );
  }

  private async stored(jobId: string, after: number): Promise<JobEvent[]> {
    const rows = await this.journal.read
      .getRepository(JobEventRow)
      .createQueryBuilder('event')
      .where('event.jobId = :jobId AND event.seq > :after', { jobId, after })
      .orderBy('event.seq')
      .limit(eventsPerPage)
      .getMany();
    return rows.map((row) => ({ ...row, at: new Date(row.at).toISOString() }));
  }

  private async storedSeq(jobId: string): Promise<number> {
    const last = await this.journal.read.getRepository(JobEventRow).maximum('seq', { jobId });
    return last ?? 0;
  }

  private async writeAll(): Promise<void> {
    while (this.unwritten.length > 0) {
      const events = this.unwritten.splice(0, eventsPerPage);
      try {
        await this.journal.write((manager) => insert(manager, events));
      } catch (error) {
        // The numbers have been given, so nothing may be left out: a full disk is waited for, a closed journal is the end.
        if (Failure.is(error) && error.code === 'unavailable') break;
        this.unwritten = [...events, ...this.unwritten];
        await delay(retryMs);
        continue;
      }
      for (const event of events)
        for (const listener of this.followers.get(event.jobId) ?? []) listener(event);
    }
    // In the same turn as the last look at what is unwritten: an event that comes later starts the next round itself.
    this.writing = null;
  }
}

async function insert(manager: EntityManager, events: JobEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += rowsPerInsert) {
    const rows = events.slice(start, start + rowsPerInsert);
    await manager.query(
      `INSERT INTO job_events (job_id, seq, at, type, data) VALUES ${rows.map(() => '(?,?,?,?,?)').join(',')}`,
      rows.flatMap(({ jobId, seq, at, type, data }) => [
        jobId,
        seq,
        Date.parse(at),
        type,
        JSON.stringify(data),
      ]),
    );
  }
}

function endsJob(event: Pick<JobEvent, 'type' | 'data'>): boolean {
  return event.type === 'status' && isTerminal((event.data as { status: JobStatus }).status);
}

function join<Listener>(groups: Map<string, Set<Listener>>, jobId: string, listener: Listener): void {
  const group = groups.get(jobId) ?? new Set<Listener>();
  groups.set(jobId, group.add(listener));
}

function leave<Listener>(groups: Map<string, Set<Listener>>, jobId: string, listener: Listener): void {
  const group = groups.get(jobId);
  group?.delete(listener);
  if (group?.size === 0) groups.delete(jobId);
}
