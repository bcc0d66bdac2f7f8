import { Inject, Injectable } from '@nestjs/common';
import { Failure, type FailureRecord } from '@atelier/sdk';
import { In, type EntityManager } from 'typeorm';
import type { NodeFact, ValueRef } from '../../engine/graph.js';
import { isTerminal, jobStatuses, type JobStatus } from '../../engine/job-state.js';
import type { StoredAsset } from '../../runtime/assets.js';
import { Assets } from '../assets/assets.service.js';
import { Database } from '../database/database.js';
import { Job } from './job.entity.js';
import { NodeRun } from './node-run.entity.js';

export type JobPage = { limit: number; offset: number; status?: JobStatus; projectId?: string };

/** What is known of a job's nodes after a restart. */
export interface NodeRecord {
  facts: Map<string, NodeFact>;
  /** how often each node took its worker down by itself */
  crashes: Map<string, number>;
}

const unended = jobStatuses.filter((status) => !isTerminal(status));

/** The rows of jobs and their nodes. Writes that must be one with others take the manager of their write unit. */
@Injectable()
export class JobStore {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Assets) private readonly assets: Assets,
  ) {}

  /** @throws Failure `not-found` also for another account's job */
  async owned(accountId: string, jobId: string): Promise<Job> {
    const job = await this.repository.findOneBy({ id: jobId, accountId });
    if (job === null) throw new Failure('not-found', `There is no job ${jobId}.`, { kind: 'job', id: jobId });
    return job;
  }

  find(jobId: string): Promise<Job | null> {
    return this.repository.findOneBy({ id: jobId });
  }

  async projectOf(manager: EntityManager, jobId: string): Promise<string | null> {
    const job = await manager.findOne(Job, { select: { id: true, projectId: true }, where: { id: jobId } });
    return job?.projectId ?? null;
  }

  /** Newest first. */
  page(accountId: string, { limit, offset, status, projectId }: JobPage): Promise<[Job[], number]> {
    return this.repository.findAndCount({
      where: {
        accountId,
        ...(status === undefined ? {} : { status }),
        ...(projectId === undefined ? {} : { projectId }),
      },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
  }

  /** Ids of all that have not ended, oldest first. */
  async unended(): Promise<string[]> {
    const rows = await this.repository
      .createQueryBuilder('job')
      .select('job.id', 'id')
      .where({ status: In(unended) })
      .orderBy('job.createdAt')
      .addOrderBy('job.id')
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  async endedBefore(time: number, limit: number): Promise<string[]> {
    const jobs = await this.repository
      .createQueryBuilder('job')
      .select('job.id')
      .where('job.endedAt < :time', { time })
      .limit(limit)
      .getMany();
    return jobs.map((job) => job.id);
  }

  async insert(manager: EntityManager, job: Job): Promise<void> {
    await manager.insert(Job, columns(job));
  }

  /** @throws Failure `conflict` when the job is not in the status any more that `job` says */
  async change(
    manager: EntityManager,
    { id, status }: Pick<Job, 'id' | 'status'>,
    change: Partial<Job>,
  ): Promise<void> {
    const { affected } = await manager.update(Job, { id, status }, columns(change));
    if (affected === 0) throw new Failure('conflict', `The job is not ${status} any more.`, { id });
  }

  async nodes(jobId: string): Promise<NodeRecord> {
    const runs = await this.database.read.getRepository(NodeRun).findBy({ jobId });
    const facts = new Map<string, NodeFact>();
    const crashes = new Map<string, number>();
    for (const run of runs) {
      if (run.crashes > 0) crashes.set(run.nodeId, run.crashes);
      if (run.status === 'done')
        facts.set(run.nodeId, { status: 'done', outputs: run.outputs ?? {}, cached: run.cached });
      if (run.status === 'failed')
        facts.set(run.nodeId, { status: 'failed', failure: run.failure as FailureRecord });
    }
    return { facts, crashes };
  }

  /** Makes a node's result outlive this process; its blobs are kept for as long as the job needs them. */
  async saveFact(jobId: string, nodeId: string, fact: NodeFact, assets: StoredAsset[]): Promise<void> {
    await this.database.write(async (manager) => {
      await this.assets.record(manager, assets);
      const done = fact.status === 'done';
      await manager.upsert(
        NodeRun,
        columns({
          jobId,
          nodeId,
          status: fact.status,
          outputs: done ? fact.outputs : null,
          cached: done && fact.cached,
          failure: done ? null : fact.failure,
          crashes: 0,
          at: Date.now(),
        }),
        ['jobId', 'nodeId'],
      );
      if (done)
        await this.assets.refer(
          manager,
          { kind: 'node-run', id: jobId },
          blobsOf(Object.values(fact.outputs)),
        );
    });
  }

  async saveCrash(jobId: string, nodeId: string, crashes: number): Promise<void> {
    const run = {
      jobId,
      nodeId,
      status: 'crashed' as const,
      outputs: null,
      cached: false,
      failure: null,
      crashes,
      at: Date.now(),
    };
    await this.database.write((manager) => manager.upsert(NodeRun, run, ['jobId', 'nodeId']));
  }

  /** Drops what only a running job needs. */
  async forgetNodes(manager: EntityManager, jobId: string): Promise<void> {
    await manager.delete(NodeRun, { jobId });
    await this.assets.unrefer(manager, { kind: 'node-run', id: jobId });
  }

  private get repository() {
    return this.database.read.getRepository(Job);
  }
}

/** TypeORM's types cannot follow JSON columns; it writes them as they are. */
function columns(values: object): object {
  return values;
}

/** The digests of all blobs that values are stored in, nested lists included. */
export function blobsOf(refs: readonly ValueRef[]): string[] {
  return refs.flatMap((ref) => {
    if (ref.kind === 'list') return blobsOf(ref.items);
    return ref.kind === 'stored' ? [ref.sha256] : filesIn(ref.value);
  });
}

/** The digests of all files that some JSON names, wherever in it they are. */
function filesIn(json: unknown): string[] {
  if (typeof json !== 'object' || json === null) return [];
  const { sha256, mediaType } = json as { sha256?: unknown; mediaType?: unknown };
  if (typeof sha256 === 'string' && typeof mediaType === 'string') return [sha256];
  return Object.values(json).flatMap(filesIn);
}
