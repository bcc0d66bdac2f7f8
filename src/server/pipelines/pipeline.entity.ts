import type { PipelineDocument } from '@atelier/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A caller's own pipeline. Times are ms since 1970. */
@Entity('pipelines')
export class Pipeline {
  @PrimaryColumn('text', { name: 'account_id' }) accountId!: string;
  @PrimaryColumn('text') id!: string;
  @Column('text') version!: string;
  @Column('simple-json') document!: PipelineDocument;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'updated_at' }) updatedAt!: number;
}
