import { Inject, Injectable } from '@nestjs/common';
import { In, type EntityManager } from 'typeorm';
import { Failure, type FileRef } from '@atelier/sdk';
import { Assets as AssetStore, tooLarge, type AssetSource } from '../../runtime/assets.js';
import { Assets } from '../assets/assets.service.js';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Projects } from '../projects/projects.service.js';
import { safeFileName } from './file-name.js';
import type { FileView, OpenFile } from './file-view.js';
import { FileRow } from './file.entity.js';
import { Signatures, type Signature } from './signatures.js';
import { Storage, type StorageQuota } from './storage.js';

/** An upload as it arrives. */
export interface IncomingUpload {
  accountId: string;
  bytes: AsyncIterable<Uint8Array>;
  /** how many there will be at the least, as far as it is known beforehand */
  announcedBytes: number;
  /** as the sender says it */
  name: string;
  /** is asked before and after: a form may name the project after the file */
  projectId(): string | null;
  /** above it the upload is refused while it is being read */
  limitBytes: number;
  quota: StorageQuota;
}

/** What a file belongs to. */
export type FilePlace = Partial<Pick<FileRow, 'projectId' | 'itemId'>>;

/** The files of each account: uploads and results. They are kept until they are deleted. */
@Injectable()
export class Files {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Assets) private readonly assets: Assets,
    @Inject(AssetStore) private readonly store: AssetStore,
    @Inject(Signatures) private readonly signatures: Signatures,
    @Inject(Projects) private readonly projects: Projects,
    @Inject(Storage) private readonly storage: Storage,
  ) {}

  /**
   * Stores an upload of a caller under its name, made safe. It is refused as early as it can be known that it must be.
   * @throws Failure `not-found` for a project, `too-large`, `storage-full`
   */
  async receive(upload: IncomingUpload): Promise<FileView> {
    const { accountId, limitBytes, quota } = upload;
    await this.requireProject(this.database.read, upload);
    if (upload.announcedBytes > limitBytes) throw tooLarge(limitBytes);
    await this.storage.require(this.database.read, quota, upload.announcedBytes);
    const blob = await this.store.put(this.storage.receive(quota, upload.bytes), { limitBytes });
    return this.database.write(async (manager) => {
      await this.requireProject(manager, upload);
      await this.storage.require(manager, quota, blob.bytes);
      await this.assets.record(manager, [blob]);
      const ref = { ...blob, name: upload.name };
      return this.claim(manager, accountId, ref, { projectId: upload.projectId() });
    });
  }

  /**
   * Stores what the server itself has read for the account, outside its quota.
   * @throws Failure `too-large`, `storage-full`
   */
  async upload(accountId: string, source: AssetSource, name: string, limitBytes: number): Promise<FileView> {
    const blob = await this.store.put(source, { limitBytes });
    return this.database.write(async (manager) => {
      await this.assets.record(manager, [blob]);
      return this.claim(manager, accountId, { ...blob, name });
    });
  }

  /**
   * Makes a recorded blob a file of the account, in a unit of work that is about more than that.
   * @throws Failure `not-found` when the blob is not recorded (any more)
   */
  async claim(
    manager: EntityManager,
    accountId: string,
    ref: FileRef,
    { projectId = null, itemId = null }: FilePlace = {},
  ): Promise<FileView> {
    const { sha256, bytes, mediaType } = ref;
    const name = safeFileName(ref.name);
    const row: FileRow = {
      id: newId('file'),
      accountId,
      sha256,
      name,
      mediaType,
      bytes,
      projectId,
      itemId,
      createdAt: Date.now(),
    };
    await this.assets.refer(manager, { kind: 'file', id: row.id }, [sha256]);
    await manager.insert(FileRow, row);
    return viewOf(row);
  }

  /** @throws Failure `not-found`, for another account's file as well */
  async get(accountId: string, id: string): Promise<FileView> {
    const row = await this.database.read.findOneBy(FileRow, { id, accountId });
    if (row === null) throw missing(id);
    return viewOf(row);
  }

  /** Newest first. @throws Failure `not-found` for a project, another account's as well */
  async list(
    accountId: string,
    page: { limit: number; offset: number; projectId?: string },
  ): Promise<{ files: FileView[]; total: number }> {
    if (page.projectId !== undefined)
      await this.projects.require(this.database.read, accountId, page.projectId);
    const [rows, total] = await this.database.read.findAndCount(FileRow, {
      where: { accountId, ...(page.projectId === undefined ? {} : { projectId: page.projectId }) },
      order: { id: 'DESC' },
      take: page.limit,
      skip: page.offset,
    });
    return { files: rows.map(viewOf), total };
  }

  /** The files of results, each result's in the order in which they were made. */
  async ofItems(manager: EntityManager, itemIds: readonly string[]): Promise<FileView[]> {
    const rows = await manager
      .createQueryBuilder(FileRow, 'file')
      .where({ itemId: In([...itemIds]) })
      .orderBy('file.rowid')
      .getMany();
    return rows.map(viewOf);
  }

  /** @throws Failure `not-found`, for another account's file as well */
  async open(accountId: string, id: string): Promise<OpenFile> {
    return this.openFile(await this.get(accountId, id));
  }

  /** What goes with a file's id into an address that opens it without a key, for 24 hours if nothing is said. */
  sign(id: string, validSeconds?: number): Signature {
    return this.signatures.sign(id, validSeconds);
  }

  /** @throws Failure `forbidden` when `signature` is not what `sign` gave or is too old; `not-found` */
  async openSigned(id: string, signature: Signature): Promise<OpenFile> {
    this.signatures.check(id, signature);
    const row = await this.database.read.findOneBy(FileRow, { id });
    if (row === null) throw missing(id);
    return this.openFile(viewOf(row));
  }

  /** @throws Failure `not-found` */
  async delete(accountId: string, id: string): Promise<void> {
    await this.database.write(async (manager) => {
      if (!(await manager.existsBy(FileRow, { id, accountId }))) throw missing(id);
      await this.drop(manager, id);
    });
  }

  /** Deletes a file in a unit of work that is about more than that; one that is gone already is no error. */
  async drop(manager: EntityManager, id: string): Promise<void> {
    await manager.delete(FileRow, { id });
    await this.assets.unrefer(manager, { kind: 'file', id });
  }

  private async requireProject(
    manager: EntityManager,
    { accountId, projectId }: IncomingUpload,
  ): Promise<void> {
    const id = projectId();
    if (id !== null) await this.projects.require(manager, accountId, id);
  }

  private openFile(file: FileView): OpenFile {
    return { file, read: (range) => this.store.open(file.sha256, range) };
  }
}

function viewOf({ accountId: _, createdAt, ...rest }: FileRow): FileView {
  return { ...rest, createdAt: new Date(createdAt).toISOString() };
}

function missing(id: string): Failure {
  return new Failure('not-found', `There is no file ${id.slice(0, 64)}.`, {
    kind: 'file',
    id: id.slice(0, 64),
  });
}
