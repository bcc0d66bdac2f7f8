import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Outbox } from '../webhooks/outbox.js';
import { KnownStyle } from './known-style.entity.js';
import type { Style } from './style.js';

/** Tells webhooks of each style that comes, once for good. */
@Injectable()
export class StyleNews {
  private readonly known = new Set<string>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** Those that are there when a home is new are no news. */
  async tell(styles: readonly Style[]): Promise<void> {
    if (styles.every(({ id }) => this.known.has(id))) return;
    await this.database.write(async (manager) => {
      const rows = await manager.find(KnownStyle);
      const ids = new Set(rows.map(({ id }) => id));
      for (const { id, name, description } of styles.filter((style) => !ids.has(style.id))) {
        await manager.insert(KnownStyle, { id, seenAt: Date.now() });
        if (rows.length === 0) continue;
        const data = { style_id: id, name, description };
        await this.outbox.add(manager, { accountId: null, type: 'style.added', data });
      }
    });
    for (const { id } of styles) this.known.add(id);
  }
}
