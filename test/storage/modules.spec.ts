import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadConfig } from '../../src/config.js';
import { AccountsModule } from '../../src/server/accounts/accounts.module.js';
import { Owner } from '../../src/server/accounts/owner.service.js';
import { CONFIG } from '../../src/server/config.token.js';
import { Credits } from '../../src/server/credits/credits.service.js';
import { DatabaseModule } from '../../src/server/database/database.module.js';
import { runningServer } from '../../src/server/database/home-lock.js';
import { FilesModule } from '../../src/server/files/files.module.js';
import { Files } from '../../src/server/files/files.service.js';
import { IdempotencyModule } from '../../src/server/idempotency/idempotency.module.js';

describe('the storage modules', () => {
  let home: string;
  beforeEach(
    async () => (home = path.join(await mkdtemp(path.join(os.tmpdir(), 'atelier-modules-')), 'home')),
  );
  afterEach(() => rm(path.dirname(home), { recursive: true }));

  const start = (): Promise<INestApplicationContext> => {
    @Global()
    @Module({
      providers: [{ provide: CONFIG, useValue: loadConfig({ ATELIER_HOME: home }) }],
      exports: [CONFIG],
    })
    class ConfigModule {}

    @Module({ imports: [ConfigModule, DatabaseModule, AccountsModule, FilesModule, IdempotencyModule] })
    class AppModule {}

    return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
  };

  it('start on an empty home, keep it to themselves and give it back', async () => {
    const app = await start();
    const { accountId } = app.get(Owner).principal;
    expect((await app.get(Credits, { strict: false }).balance(accountId)).available).toBe(1e9);
    const { id } = await app.get(Files).upload(accountId, Buffer.from('hello'), 'hello.txt', 100);

    expect(await runningServer(home)).toMatchObject({ pid: process.pid });
    await expect(start()).rejects.toMatchObject({ code: 'conflict' });
    await app.close();
    expect(await runningServer(home)).toBeUndefined();

    const again = await start();
    expect(again.get(Owner).principal.accountId).toBe(accountId);
    expect(await again.get(Files).get(accountId, id)).toMatchObject({ name: 'hello.txt' });
    await again.close();
  });
});
