import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Plan } from './plans.js';

@Entity('accounts')
export class Account {
  @PrimaryColumn('text') id!: string;
  /** in lower case */
  @Column('text') email!: string;
  @Column('text') plan!: Plan;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
