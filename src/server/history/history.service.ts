import { createReadStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { type EntityManager, IsNull, Not } from 'typeorm';
import type { Config } from '../../config.js';
import { Assets as AssetStore } from '../../runtime/assets.js';
import { encodeJpeg } from '../../runtime/jpeg.js';
import { CONFIG } from '../config.token.js';
import { Database } from '../database/database.js';
import { Files } from '../files/files.service.js';
import { filesOf } from '../jobs/job-output.js';
import type { JobView } from '../jobs/job-view.js';
import { contains } from '../settings/allowed-folders.js';
import { Settings } from '../settings/settings.service.js';
import { HistoryDraft } from './history-draft.entity.js';
import { HistoryEntry } from './history-entry.entity.js';
import type { HistoryDraftInput, HistoryPage, HistoryView, OpenPicture } from './history-view.js';
import { nameOf, place, storageFailure, writeUnplaced } from './picture-file.js';

/** Finished pictures of each account, numbered, with their files in the folder that `storagePath` names. */
@Injectable()
export class History {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'home'>,
    @Inject(Database) private readonly database: Database,
    @Inject(AssetStore) private readonly assets: AssetStore,
    @Inject(Files) private readonly files: Files,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** Sees to it that a job gets its entry once it has completed; belongs into the unit of work that accepts the job. */
  async draft(
    manager: EntityManager,
    accountId: string,
    jobId: string,
    input: HistoryDraftInput,
  ): Promise<void> {
    await manager.insert(HistoryDraft, { ...input, accountId, jobId } as object);
  }

  /** Jobs that have been accepted and have no entry yet. */
  async drafted(): Promise<{ jobId: string; accountId: string }[]> {
    const rows = await this.database.read.find(HistoryDraft, { select: { jobId: true, accountId: true } });
    return rows.map(({ jobId, accountId }) => ({ jobId, accountId }));
  }

  /** A job that has not completed gets no entry. */
  async discard(jobId: string): Promise<void> {
    await this.database.write((manager) => manager.delete(HistoryDraft, { jobId }));
  }

  /**
   * Writes the picture of a completed job and enters it; a job that has its entry keeps it as it is.
   * @throws Failure `storage-full`, `unavailable` when the folder cannot be written; `not-found` when the job was not drafted
   */
  async enter(job: JobView): Promise<HistoryView> {
    const known = await this.database.read.findOneBy(HistoryEntry, { jobId: job.id });
    return viewOf(await this.finish(known ?? (await this.write(job))));
  }

  /** Entries whose picture has not got its name yet. */
  unfinished(): Promise<HistoryEntry[]> {
    return this.database.read.findBy(HistoryEntry, { unplaced: Not(IsNull()) });
  }

  /**
   * Gives an entry's picture its name, which lets the entry be seen. The name is stored before the file gets it, so that no
   * entry ever stands for somebody else's file.
   * @throws Failure `storage-full`, `unavailable` when the folder cannot be written
   */
  async finish(entry: HistoryEntry): Promise<HistoryEntry> {
    const { id, unplaced } = entry;
    if (unplaced === null) return entry;
    let { fileName } = entry;
    for (let attempt = 1; !(await place(this.folderOf(entry), unplaced, fileName)); attempt++) {
      fileName = nameOf(id, attempt);
      await this.change(id, { fileName });
    }
    await this.change(id, { unplaced: null });
    return { ...entry, fileName, unplaced: null };
  }

  /** @throws Failure `not-found`, for another account's entry as well */
  async get(accountId: string, id: number): Promise<HistoryView> {
    return viewOf(await this.owned(accountId, id));
  }

  /** Newest first. */
  async list(
    accountId: string,
    { limit, offset, type }: HistoryPage,
  ): Promise<{ entries: HistoryView[]; total: number }> {
    const [rows, total] = await this.database.read.findAndCount(HistoryEntry, {
      where: { accountId, unplaced: IsNull(), ...(type === undefined ? {} : { type }) },
      order: { id: 'DESC' },
      take: limit,
      skip: offset,
    });
    return { entries: rows.map(viewOf), total };
  }

  /**
   * Deletes an entry with its picture and what the job has left of it.
   * @throws Failure `not-found`, `unavailable` when the file cannot be deleted; the entry stays then
   */
  async delete(accountId: string, id: number): Promise<void> {
    const entry = await this.owned(accountId, id);
    await rm(this.placeOf(entry), { force: true }).catch((error: unknown) => {
      throw storageFailure(error);
    });
    await this.database.write(async (manager) => {
      const { affected } = await manager.delete(HistoryEntry, { id });
      if (affected === 0) throw missing();
      for (const fileId of entry.resultFiles) await this.files.drop(manager, fileId);
    });
  }

  /** The picture under its file name. @throws Failure `not-found` also when somebody has taken the file away */
  async open(accountId: string, fileName: string): Promise<OpenPicture> {
    const entry = await this.database.read.findOneBy(HistoryEntry, {
      accountId,
      fileName,
      unplaced: IsNull(),
    });
    if (entry === null) throw missing();
    const place = this.placeOf(entry);
    const found = await lstat(place).catch(() => null);
    if (found === null || !found.isFile() || found.size === 0) {
      throw new Failure('not-found', `The picture ${fileName} is not in its folder any more.`);
    }
    return {
      name: fileName,
      mediaType: 'image/jpeg',
      bytes: found.size,
      version: `${found.mtimeMs.toString(36)}-${found.size.toString(36)}`,
      read: async (range) => createReadStream(place, range),
    };
  }

  /** Enters the picture under a name that its file does not have yet; until it has, nobody sees the entry. */
  private async write(job: JobView): Promise<HistoryEntry> {
    const files = filesOf(job.outputs ?? {});
    const picture = files.find(({ mediaType }) => mediaType.startsWith('image/'));
    if (picture === undefined) throw new Failure('node-failed', 'The tool made no picture.');
    const { width, height, data } = await encodeJpeg(await this.assets.path(picture.sha256));
    const folder = await this.settings.storageFolder();
    const unplaced = await writeUnplaced(folder, data);
    const { seed } = job.inputs;
    try {
      return await this.database.write((manager) =>
        insert(manager, job.id, {
          folder: this.portable(folder),
          unplaced,
          resultFiles: files.map(({ fileId }) => fileId),
          parameters: { width, height, ...(seed === undefined ? {} : { seed }) },
        }),
      );
    } catch (error) {
      await rm(path.join(folder, unplaced), { force: true });
      throw error;
    }
  }

  private async change(id: number, change: Partial<HistoryEntry>): Promise<void> {
    await this.database.write((manager) => manager.update(HistoryEntry, { id }, change as object));
  }

  private async owned(accountId: string, id: number): Promise<HistoryEntry> {
    const entry = await this.database.read.findOneBy(HistoryEntry, { accountId, id, unplaced: IsNull() });
    if (entry === null) throw missing();
    return entry;
  }

  private placeOf(entry: HistoryEntry): string {
    return path.join(this.folderOf(entry), entry.fileName);
  }

  private folderOf({ folder }: HistoryEntry): string {
    return path.resolve(this.config.home, folder);
  }

  private portable(folder: string): string {
    return contains(this.config.home, folder) ? path.relative(this.config.home, folder) : folder;
  }
}

/** @throws Failure `not-found` when the job was not drafted */
async function insert(
  manager: EntityManager,
  jobId: string,
  made: Pick<HistoryEntry, 'folder' | 'unplaced' | 'resultFiles' | 'parameters'>,
): Promise<HistoryEntry> {
  const draft = await manager.findOneBy(HistoryDraft, { jobId });
  if (draft === null) throw new Failure('not-found', 'The job has no place in the history.');
  const parameters = { ...draft.parameters, ...made.parameters };
  const row = { ...draft, ...made, parameters, fileName: '', createdAt: Date.now() };
  const { identifiers } = await manager.insert(HistoryEntry, row as object);
  const id = Number(identifiers[0]?.id);
  const fileName = nameOf(id, 0);
  await manager.update(HistoryEntry, { id }, { fileName });
  await manager.delete(HistoryDraft, { jobId });
  return { ...row, id, fileName };
}

function viewOf(entry: HistoryEntry): HistoryView {
  const { id, type, prompt, negativePrompt, parameters, fileName, createdAt } = entry;
  return { id, type, prompt, negativePrompt, parameters, fileName, createdAt };
}

function missing(): Failure {
  return new Failure('not-found', 'Generation not found', { kind: 'history entry' });
}
