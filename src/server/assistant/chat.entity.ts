import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DialogueState } from './dialogue/turn.js';

/** A conversation of one account with the assistant. Times are ms since 1970. */
@Entity('chats')
export class Chat {
  @PrimaryColumn('text') id!: string;
  @Column('text', { name: 'account_id' }) accountId!: string;
  /** where the jobs of this chat belong */
  @Column('text', { name: 'project_id', nullable: true }) projectId!: string | null;
  @Column('simple-json') state!: DialogueState;
  /** messages so far, those of the assistant included */
  @Column('integer') messages!: number;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'updated_at' }) updatedAt!: number;
}
