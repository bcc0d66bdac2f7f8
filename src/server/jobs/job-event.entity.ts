import type { Json } from '@atelier/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JobEventType } from './job-view.js';

/** One line of a job's history, in the journal. */
@Entity('job_events')
export class JobEventRow {
  @PrimaryColumn('text', { name: 'job_id' }) jobId!: string;
  @PrimaryColumn('integer') seq!: number;
  @Column('integer') at!: number;
  @Column('text') type!: JobEventType;
  @Column('simple-json') data!: Json;
}
