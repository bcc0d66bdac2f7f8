import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EventName } from './webhook-event.js';

/** Something that has happened and that somebody wants to hear of. */
@Entity('webhook_events')
export class WebhookEvent {
  /** the `webhook-id` of every try to deliver it */
  @PrimaryColumn('text') id!: string;
  @Column('text') type!: EventName;
  @Column('text') body!: string;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
