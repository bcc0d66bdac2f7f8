import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An account's own reference to a blob; who may see the blob is decided here alone. */
@Entity('files')
export class FileRow {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text') sha256!: string;
  @Column('text') name!: string;
  @Column('text', { name: 'media_type' }) mediaType!: string;
  @Column('integer') bytes!: number;
  @Column('text', { name: 'project_id', nullable: true }) projectId!: string | null;
  /** the result that it belongs to */
  @Column('text', { name: 'item_id', nullable: true }) itemId!: string | null;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
