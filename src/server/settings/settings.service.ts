import { randomUUID } from 'node:crypto';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Failure, type Json } from '@atelier/sdk';
import { Database } from '../database/database.js';
import { AllowedFolders } from './allowed-folders.js';
import { Setting } from './setting.entity.js';

/** What the owner of this server has chosen. */
export type SettingValues = {
  /** where finished pictures are written: absolute, or relative to ATELIER_HOME */
  storagePath: string;
  /** pixels */
  defaultWidth: number;
  defaultHeight: number;
  defaultSteps: number;
  defaultCfgScale: number;
};

export const standardSettings: Readonly<SettingValues> = {
  storagePath: './generated',
  defaultWidth: 512,
  defaultHeight: 512,
  defaultSteps: 25,
  defaultCfgScale: 7.5,
};

/** The settings of the whole server. They are kept over restarts and hold for every request that comes after. */
@Injectable()
export class Settings {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AllowedFolders) private readonly folders: AllowedFolders,
  ) {}

  async get(): Promise<SettingValues> {
    const rows = await this.database.read.find(Setting);
    return { ...standardSettings, ...Object.fromEntries(rows.map(({ name, value }) => [name, value])) };
  }

  /**
   * Changes the settings that are named and leaves the others. Numbers are taken as they are.
   * @throws Failure `invalid-input` for a folder that is not allowed or cannot be written, `storage-full`
   */
  async change(change: Partial<SettingValues>): Promise<SettingValues> {
    if (change.storagePath !== undefined) await probe(await this.prepare(change.storagePath));
    const rows = Object.entries(change).map(([name, value]) => ({ name, value: value as Json }));
    await this.database.write(async (manager) => {
      for (const row of rows) await manager.upsert(Setting, row as object, ['name']);
    });
    return this.get();
  }

  /**
   * The folder for finished pictures, made where it is missing.
   * @returns its real, absolute path
   * @throws Failure `storage-full`, `unavailable` when it is not to be had any more
   */
  async storageFolder(): Promise<string> {
    const { storagePath } = await this.get();
    return this.prepare(storagePath).catch((error: unknown) => {
      if (!Failure.is(error) || error.code !== 'invalid-input') throw error;
      throw new Failure('unavailable', error.message, { kind: 'storage' }, { cause: error });
    });
  }

  private async prepare(storagePath: string): Promise<string> {
    const folder = await this.folders.locate(storagePath, ['own', 'shared']);
    if (folder === null) throw outside();
    await mkdir(folder, { recursive: true }).catch(refuseUnwritable);
    // A link that was put there in the meantime leads elsewhere.
    if ((await realpath(folder)) !== folder) throw outside();
    return folder;
  }
}

/** Writes a file and removes it: permissions alone do not tell whether a disk is read-only. */
async function probe(folder: string): Promise<void> {
  const file = path.join(folder, `.atelier-${randomUUID()}.tmp`);
  await writeFile(file, 'Atelier can write here.', { flag: 'wx' }).catch(refuseUnwritable);
  await rm(file, { force: true });
}

function refuseUnwritable(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    throw new Failure('storage-full', 'There is no space left in the folder for pictures; free some.');
  }
  throw refusal('must be a folder that Atelier can write to', error);
}

function outside(): Failure {
  return refusal('must be inside ATELIER_HOME or a folder of ATELIER_IMPORT');
}

function refusal(reason: string, cause?: unknown): Failure {
  const problems = [{ pointer: '/storagePath', message: `storagePath ${reason}` }];
  return new Failure('invalid-input', `storagePath ${reason}.`, { problems }, { cause });
}
