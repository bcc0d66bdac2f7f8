import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A job's result. Its files name it. */
@Entity('items')
export class ItemRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text', { name: 'project_id', nullable: true }) projectId!: string | null;
  @Column('text', { name: 'job_id' }) jobId!: string;
  @Column('text', { name: 'tool_id' }) toolId!: string;
  @Column('text') type!: string;
  /** counts the items of one type in one project */
  @Column('integer') version!: number;
  @Column('text') name!: string;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
