import type { Json } from '@atelier/sdk';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { HistoryType } from './history-view.js';

/** A finished picture that stays until it is deleted, whatever becomes of the job that made it. */
@Entity('history_entries')
export class HistoryEntry {
  /** 1, 2, 3 …, never given twice */
  @PrimaryGeneratedColumn('increment') id!: number;
  @Column('text', { name: 'job_id' }) jobId!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text') type!: HistoryType;
  @Column('text') prompt!: string;
  @Column('text', { name: 'negative_prompt', nullable: true }) negativePrompt!: string | null;
  @Column('simple-json') parameters!: Record<string, Json>;
  /** relative to ATELIER_HOME where it lies in there, so that the home can be moved; absolute elsewhere */
  @Column('text') folder!: string;
  @Column('text', { name: 'file_name' }) fileName!: string;
  /** what the file is called as long as it does not have its name; nobody sees the entry until then */
  @Column('text', { nullable: true }) unplaced!: string | null;
  /** ids of the files that the job made; they are deleted with the entry */
  @Column('simple-json', { name: 'result_files' }) resultFiles!: string[];
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
