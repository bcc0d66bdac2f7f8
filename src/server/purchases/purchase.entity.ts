import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Credits that someone buys: `pending` until it is known whether the card was charged. Times are ms since 1970. */
@Entity('purchases')
export class Purchase {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  @Column('boolean') sandbox!: boolean;
  @Column('integer') credits!: number;
  @Column('integer', { name: 'cost_cents' }) costCents!: number;
  @Column('text', { name: 'payment_method' }) paymentMethod!: string;
  @Column('text') status!: 'pending' | 'credited' | 'failed';
  /** the gateway's own name for the charge */
  @Column('text', { name: 'payment_id', nullable: true }) paymentId!: string | null;
  /** why there was no charge, as a sentence */
  @Column('text', { nullable: true }) failure!: string | null;
  @Column('text', { name: 'transaction_id', nullable: true }) transactionId!: string | null;
  @Column('integer', { name: 'balance_after', nullable: true }) balanceAfter!: number | null;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'ended_at', nullable: true }) endedAt!: number | null;
}
