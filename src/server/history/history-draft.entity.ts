import type { Json } from '@atelier/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { HistoryType } from './history-view.js';

/** What is to be entered once the job has completed. It is there as long as the job is, and the entry is not. */
@Entity('history_drafts')
export class HistoryDraft {
  @PrimaryColumn('text', { name: 'job_id' }) jobId!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text') type!: HistoryType;
  @Column('text') prompt!: string;
  @Column('text', { name: 'negative_prompt', nullable: true }) negativePrompt!: string | null;
  @Column('simple-json') parameters!: Record<string, Json>;
}
