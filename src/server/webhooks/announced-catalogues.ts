import { Injectable } from '@nestjs/common';
import type { Json } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import { canonicalJson } from '../../engine/json.js';
import { AnnouncedCatalogue } from './announced-catalogue.entity.js';

/** How an entry differs from what subscribers know. One that was removed comes as they knew it. */
export interface CatalogueChange<Entry> {
  id: string;
  change: 'added' | 'changed' | 'removed';
  entry: Entry;
}

/** Remembers what subscribers have been told of a catalogue, so that what changes while the server is down is told as well. */
@Injectable()
export class AnnouncedCatalogues {
  /**
   * Takes the entries of now as known. Call it in the unit of work that adds the changes to the outbox.
   * @returns what is new since the last call, over restarts; nothing at the very first, when all of it would be
   */
  async renew<Entry extends Json>(
    manager: EntityManager,
    name: string,
    entries: Readonly<Record<string, Entry>>,
  ): Promise<CatalogueChange<Entry>[]> {
    const row = await manager.findOneBy(AnnouncedCatalogue, { name });
    const known = row === null ? null : (JSON.parse(row.entries) as Record<string, Entry>);
    const changes = known === null ? [] : differences(known, entries);
    if (known === null || changes.length > 0)
      await manager.upsert(AnnouncedCatalogue, { name, entries: JSON.stringify(entries) }, ['name']);
    return changes;
  }
}

function differences<Entry extends Json>(
  known: Readonly<Record<string, Entry>>,
  entries: Readonly<Record<string, Entry>>,
): CatalogueChange<Entry>[] {
  const changes: CatalogueChange<Entry>[] = [];
  for (const [id, entry] of Object.entries(entries)) {
    const before = Object.hasOwn(known, id) ? known[id] : undefined;
    if (before === undefined) changes.push({ id, change: 'added', entry });
    else if (canonicalJson(before) !== canonicalJson(entry)) changes.push({ id, change: 'changed', entry });
  }
  for (const [id, entry] of Object.entries(known))
    if (!Object.hasOwn(entries, id)) changes.push({ id, change: 'removed', entry });
  return changes;
}
