import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('projects')
export class ProjectRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text') name!: string;
  @Column('text') description!: string;
  @Column('simple-json') tags!: string[];
  /** `deleting`: gone for everyone, while its contents are being cleared away */
  @Column('text') status!: 'active' | 'deleting';
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'updated_at' }) updatedAt!: number;
}
