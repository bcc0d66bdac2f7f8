import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which account stands behind a subject of an issuer of tokens. */
@Entity('identities')
export class Identity {
  /** empty for tokens that name none */
  @PrimaryColumn('text') issuer!: string;
  @PrimaryColumn('text') subject!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
