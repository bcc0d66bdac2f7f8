import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One time that a delivery was tried. */
@Entity('webhook_tries')
export class WebhookTry {
  @PrimaryColumn('text', { name: 'delivery_id' }) deliveryId!: string;
  /** from 1 */
  @PrimaryColumn('integer') number!: number;
  /** ms since 1970 */
  @Column('integer') at!: number;
  @Column('integer', { name: 'duration_ms' }) durationMs!: number;
  @Column('integer', { name: 'status_code', nullable: true }) statusCode!: number | null;
  @Column('text', { nullable: true }) error!: string | null;
  /** how the answer begins */
  @Column('text') answer!: string;
}
