import type { Json } from '@atelier/sdk';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A setting that somebody has changed; the others have their standard value. */
@Entity('settings')
export class Setting {
  @PrimaryColumn('text') name!: string;
  @Column('simple-json') value!: Json;
}
