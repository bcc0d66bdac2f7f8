import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A blob in the store. Its row is there for as long as the blob is. */
@Entity('assets')
export class Asset {
  @PrimaryColumn('text') sha256!: string;
  @Column('integer') bytes!: number;
  @Column('text', { name: 'media_type' }) mediaType!: string;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
