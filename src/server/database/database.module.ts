import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { Database } from './database.js';
import { HomeLock } from './home-lock.js';
import { Journal } from './journal.js';

/** ATELIER_HOME, locked, and its databases. They close last, when all else has stopped. */
@Global()
@Module({
  providers: [
    { provide: HomeLock, inject: [CONFIG], useFactory: (config: Config) => HomeLock.acquire(config.home) },
    // Nothing in the home is touched before it is locked.
    {
      provide: Database,
      inject: [CONFIG, HomeLock],
      useFactory: (config: Config) => Database.open(config.home),
    },
    {
      provide: Journal,
      inject: [CONFIG, HomeLock],
      useFactory: (config: Config) => Journal.open(config.home),
    },
  ],
  exports: [HomeLock, Database, Journal],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(HomeLock) private readonly lock: HomeLock,
    @Inject(Database) private readonly database: Database,
    @Inject(Journal) private readonly journal: Journal,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
    await this.journal.close();
    await this.lock.release();
  }
}
