import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ChatRole = 'user' | 'assistant';

/** One message of a chat, counted from 1. */
@Entity('chat_messages')
export class ChatMessage {
  @PrimaryColumn('text', { name: 'chat_id' }) chatId!: string;
  @PrimaryColumn('integer') seq!: number;
  @Column('text') role!: ChatRole;
  @Column('text') content!: string;
  @Column('simple-json') suggestions!: string[];
  /** the job that it is about */
  @Column('text', { name: 'job_id', nullable: true }) jobId!: string | null;
  /** ms since 1970 */
  @Column('integer', { name: 'created_at' }) createdAt!: number;
}
