import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A style that webhooks have been told of, or that was there from the start. */
@Entity('known_styles')
export class KnownStyle {
  @PrimaryColumn('text') id!: string;
  /** ms since 1970 */
  @Column('integer', { name: 'seen_at' }) seenAt!: number;
}
