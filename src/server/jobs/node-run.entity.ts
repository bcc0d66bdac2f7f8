import type { FailureRecord } from '@atelier/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ValueRef } from '../../engine/graph.js';

/** What is durable about a node of a job that has not ended: its result, its failure, or how often it took its worker down. */
@Entity('node_runs')
export class NodeRun {
  @PrimaryColumn('text', { name: 'job_id' }) jobId!: string;
  @PrimaryColumn('text', { name: 'node_id' }) nodeId!: string;
  @Column('text') status!: 'crashed' | 'done' | 'failed';
  @Column('simple-json', { nullable: true }) outputs!: Record<string, ValueRef> | null;
  @Column('boolean') cached!: boolean;
  @Column('simple-json', { nullable: true }) failure!: FailureRecord | null;
  @Column('integer') crashes!: number;
  @Column('integer') at!: number;
}
