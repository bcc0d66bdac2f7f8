import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Database } from '../database/database.js';
import { Models } from '../models/models.service.js';
import { AnnouncedCatalogues } from './announced-catalogues.js';
import { Outbox } from './outbox.js';

/** Models are added by commands, and folders are copied: nobody says so. */
const lookEveryMs = 30_000;

/** Tells every subscriber that a model has come, changed or gone. */
@Injectable()
export class ModelNews implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    @Inject(Models) private readonly models: Models,
    @Inject(AnnouncedCatalogues) private readonly announced: AnnouncedCatalogues,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Database) private readonly database: Database,
    @Inject(PinoLogger) private readonly log: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.models.onChange(() => this.tell());
    this.tell();
    this.timer = setInterval(() => this.look(), lookEveryMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.telling;
  }

  private look(): void {
    this.models
      .refresh()
      .catch((error: unknown) => this.log.error({ err: error }, 'webhooks: models could not be read'));
  }

  private tell(): void {
    this.telling = this.telling
      .then(() => this.tellChanges())
      .catch((error: unknown) =>
        this.log.error({ err: error }, 'webhooks: changes of models are told with the next one'),
      );
  }

  private tellChanges(): Promise<void> {
    const models = this.models.list().map(({ id, name, version, sha256 }) => [id, { name, version, sha256 }]);
    const entries = Object.fromEntries(models) as Record<
      string,
      Record<'name' | 'version' | 'sha256', string>
    >;
    return this.database.write(async (manager) => {
      for (const { id, change, entry } of await this.announced.renew(manager, 'models', entries)) {
        const data = { model_id: id, name: entry.name, version: entry.version, change };
        await this.outbox.add(manager, { accountId: null, type: 'model.updated', data });
      }
    });
  }
}
