import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A catalogue as subscribers know it. */
@Entity('announced_catalogues')
export class AnnouncedCatalogue {
  @PrimaryColumn('text') name!: string;
  /** JSON: each entry by its id */
  @Column('text') entries!: string;
}
