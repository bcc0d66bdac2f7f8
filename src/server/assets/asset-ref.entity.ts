import { Entity, PrimaryColumn } from 'typeorm';

export type AssetOwnerKind = 'file' | 'job' | 'node-run' | 'cache';

/** A reason to keep a blob. */
@Entity('asset_refs')
export class AssetRef {
  @PrimaryColumn('text') sha256!: string;
  @PrimaryColumn('text', { name: 'owner_kind' }) ownerKind!: AssetOwnerKind;
  @PrimaryColumn('text', { name: 'owner_id' }) ownerId!: string;
}
