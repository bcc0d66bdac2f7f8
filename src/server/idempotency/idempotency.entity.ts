import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What became of a request that carried an Idempotency-Key. */
@Entity('idempotency')
export class IdempotencyRow {
  @PrimaryColumn('text', { name: 'account_id' }) accountId!: string;
  @PrimaryColumn('text') key!: string;
  /** tells another request under the same key from the same one sent again */
  @Column('text') fingerprint!: string;
  @Column('text') status!: 'open' | 'done';
  @Column('integer', { name: 'response_status', nullable: true }) responseStatus!: number | null;
  /** JSON */
  @Column('text', { name: 'response_body', nullable: true }) responseBody!: string | null;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
