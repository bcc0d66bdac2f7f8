import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import { IsNull, Not, type EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { FileView } from '../files/file-view.js';
import { Files } from '../files/files.service.js';
import { Projects } from '../projects/projects.service.js';
import { itemIdOf, type ItemView } from './item-view.js';
import { ItemRow } from './item.entity.js';

/** What a job has made. */
export interface NewItem {
  accountId: string;
  projectId: string | null;
  jobId: string;
  tool: string;
  /** what the tool says that it makes; left out, the kind of the first file */
  type?: string | undefined;
  /** of its first file */
  mediaType: string;
}

/** Where to look for an item; without a project, in all of the account. */
export interface ItemPlace {
  accountId: string;
  projectId?: string;
  id: string;
}

/** The results of jobs, in their projects. */
@Injectable()
export class Items {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Files) private readonly files: Files,
    @Inject(Projects) private readonly projects: Projects,
  ) {}

  /** Adds an item whose files name it, in the unit of work that ends its job. */
  async add(manager: EntityManager, item: NewItem): Promise<void> {
    const { accountId, projectId, jobId, tool } = item;
    const type = item.type ?? kindOf(item.mediaType);
    const version = (await lastVersion(manager, accountId, projectId, type)) + 1;
    await manager.insert(ItemRow, {
      id: itemIdOf(jobId),
      accountId,
      projectId,
      jobId,
      toolId: tool,
      type,
      version,
      name: `${titleOf(type)} v${version}`,
      createdAt: Date.now(),
    });
    if (projectId !== null) await this.projects.touch(manager, projectId);
  }

  /** @throws Failure `not-found`, for another account's item as well */
  async get(place: ItemPlace): Promise<ItemView> {
    const row = await find(this.database.read, place);
    const [view] = await this.views([row]);
    return view!;
  }

  /** Newest first. @throws Failure `not-found`, for another account's project as well */
  async list(
    accountId: string,
    projectId: string,
    { limit, offset }: { limit: number; offset: number },
  ): Promise<{ items: ItemView[]; total: number }> {
    await this.projects.require(this.database.read, accountId, projectId);
    const [rows, total] = await this.database.read.findAndCount(ItemRow, {
      where: { projectId },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
    return { items: await this.views(rows), total };
  }

  /** Deletes an item and its files. @throws Failure `not-found`, for another account's item as well */
  async delete(place: ItemPlace): Promise<void> {
    await this.database.write(async (manager) => {
      const { id, projectId } = await find(manager, place);
      await this.drop(manager, id);
      if (projectId !== null) await this.projects.touch(manager, projectId);
    });
  }

  /** Deletes an item in a unit of work that is about more than that. */
  async drop(manager: EntityManager, id: string): Promise<void> {
    for (const file of await this.files.ofItems(manager, [id])) await this.files.drop(manager, file.id);
    await manager.delete(ItemRow, { id });
  }

  /** Whether somebody has put the result of a job into a project, where it stays longer than the job. */
  isFiled(manager: EntityManager, jobId: string): Promise<boolean> {
    return manager.existsBy(ItemRow, { id: itemIdOf(jobId), projectId: Not(IsNull()) });
  }

  private async views(rows: readonly ItemRow[]): Promise<ItemView[]> {
    const files = await this.files.ofItems(
      this.database.read,
      rows.map(({ id }) => id),
    );
    return rows.map((row) =>
      viewOf(
        row,
        files.filter(({ itemId }) => itemId === row.id),
      ),
    );
  }
}

async function find(manager: EntityManager, { accountId, projectId, id }: ItemPlace): Promise<ItemRow> {
  const within = projectId === undefined ? {} : { projectId };
  const row = await manager.findOneBy(ItemRow, { id, accountId, ...within });
  if (row !== null) return row;
  const shown = id.slice(0, 64);
  throw new Failure('not-found', `There is no item ${shown} here.`, { kind: 'item', id: shown });
}

async function lastVersion(
  manager: EntityManager,
  accountId: string,
  projectId: string | null,
  type: string,
): Promise<number> {
  const [found]: { last: number | null }[] = await manager.query(
    'SELECT MAX(version) AS last FROM items WHERE account_id = ? AND project_id IS ? AND type = ?',
    [accountId, projectId, type],
  );
  return found?.last ?? 0;
}

function kindOf(mediaType: string): string {
  const [kind = ''] = mediaType.split('/');
  return ['image', 'video', 'audio'].includes(kind) ? kind : 'file';
}

/** `Album cover` of `album_cover` */
function titleOf(type: string): string {
  const words = type.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function viewOf(row: ItemRow, files: FileView[]): ItemView {
  const { id, projectId, jobId, toolId, type, name, createdAt } = row;
  return {
    id,
    projectId,
    jobId,
    tool: toolId,
    type,
    name,
    files,
    createdAt: new Date(createdAt).toISOString(),
  };
}
