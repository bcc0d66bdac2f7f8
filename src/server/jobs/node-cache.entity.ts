import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ValueRef } from '../../engine/graph.js';

/** A node's result that later jobs may reuse, in the journal. */
@Entity('node_cache')
export class NodeCacheEntry {
  @PrimaryColumn('text', { name: 'cache_key' }) cacheKey!: string;
  @Column('simple-json') outputs!: Record<string, ValueRef>;
  /** of the blobs */
  @Column('integer') bytes!: number;
  @Column('integer', { name: 'created_at' }) createdAt!: number;
  @Column('integer', { name: 'used_at' }) usedAt!: number;
}
