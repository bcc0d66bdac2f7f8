import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Subscription } from './webhook-view.js';

/** An address that an account wants to be told at. Times are ms since 1970. */
@Entity('webhooks')
export class Webhook {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('text') url!: string;
  @Column('simple-json') events!: Subscription[];
  @Column('boolean') enabled!: boolean;
  /** a sentence for its owner, when it was not them who disabled it */
  @Column('text', { name: 'disabled_reason', nullable: true }) disabledReason!: string | null;
  @Column('text') secret!: string;
  /** signs as well until the time beside it, so that receivers can change over */
  @Column('text', { name: 'previous_secret', nullable: true }) previousSecret!: string | null;
  @Column('integer', { name: 'previous_secret_until', nullable: true }) previousSecretUntil!: number | null;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'updated_at' }) updatedAt!: number;
}
