import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Scope } from './principal.js';

/** An API key without the key itself. Times are ms since 1970. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  /** what it is for */
  @Column('text') name!: string;
  @Column('text') prefix!: string;
  @Column('text', { name: 'key_hash' }) keyHash!: string;
  @Column('simple-json') scopes!: Scope[];
  @Column('boolean') sandbox!: boolean;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  /** to the minute */
  @Column('integer', { name: 'last_used_at', nullable: true }) lastUsedAt!: number | null;
  @Column('integer', { name: 'revoked_at', nullable: true }) revokedAt!: number | null;
}
