import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DeliveryStatus } from './webhook-view.js';

/** One event on its way to one webhook. Times are ms since 1970. */
@Entity('webhook_deliveries')
export class WebhookDelivery {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'webhook_id' }) webhookId!: string;
  @Column('text', { name: 'event_id' }) eventId!: string;
  @Column('text') status!: DeliveryStatus;
  @Column('integer') tries!: number;
  @Column('integer', { name: 'max_tries' }) maxTries!: number;
  /** when it is tried next; null once it has ended */
  @Column('integer', { name: 'next_at', nullable: true }) nextAt!: number | null;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'ended_at', nullable: true }) endedAt!: number | null;
  @Column('text', { name: 'replay_of', nullable: true }) replayOf!: string | null;
}
