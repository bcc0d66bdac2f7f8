import type { FailureRecord, Json } from '@atelier/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Graph } from '../../engine/graph.js';
import type { JobStatus } from '../../engine/job-state.js';
import type { JobOutput, JobWarning } from './job-output.js';
import type { Recipe } from './recipe.js';

/** One execution of a pipeline for one account; `graph` is the snapshot taken at submit. Times are ms since 1970. */
@Entity('jobs')
export class Job {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text', { name: 'pipeline_id' }) pipelineId!: string;
  @Column('boolean') tool!: boolean;
  @Column('text') status!: JobStatus;
  @Column('real') progress!: number;
  @Column('text') message!: string;
  @Column('simple-json') inputs!: Record<string, Json>;
  @Column('simple-json') recipe!: Recipe;
  @Column('simple-json') graph!: Graph;
  /** names of the outputs that were asked for */
  @Column('simple-json') targets!: string[];
  @Column('simple-json', { nullable: true }) outputs!: Record<string, JobOutput | null> | null;
  @Column('simple-json', { nullable: true }) failure!: FailureRecord | null;
  @Column('simple-json') warnings!: JobWarning[];
  @Column('integer') credits!: number;
  @Column('boolean') sandbox!: boolean;
  @Column('real') weight!: number;
  /** belongs to an open connection: a server that finds it at its start cancels it */
  @Column('boolean') bound!: boolean;
  @Column('text', { name: 'project_id', nullable: true }) projectId!: string | null;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'started_at', nullable: true }) startedAt!: number | null;
  @Column('integer', { name: 'ended_at', nullable: true }) endedAt!: number | null;
  /** how often a server ended while the job was running */
  @Column('integer') interruptions!: number;
  @Column('text', { name: 'retry_of', nullable: true }) retryOf!: string | null;
}
