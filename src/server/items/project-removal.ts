import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { FileRow } from '../files/file.entity.js';
import { Job } from '../jobs/job.entity.js';
import { ProjectRow } from '../projects/project.entity.js';
import { Projects } from '../projects/projects.service.js';
import { ItemRow } from './item.entity.js';
import { Items } from './items.service.js';

/** Few at a time, so that nobody waits long for the write queue. */
const rowsPerStep = 50;

/**
 * Deletes projects: their items go, with the files of these; jobs and uploads stay and have no project any more.
 * From the first unit of work on nobody sees the project, so the others may take their time, and the next start.
 */
@Injectable()
export class ProjectRemoval implements OnApplicationBootstrap {
  private readonly log = new Logger('Projects');

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Projects) private readonly projects: Projects,
    @Inject(Items) private readonly items: Items,
  ) {}

  onApplicationBootstrap(): void {
    this.finishAll().catch((error: unknown) =>
      this.log.error({
        msg: 'deleted projects could not be cleared away; it is tried again at the next start',
        err: error,
      }),
    );
  }

  /** Clears away what an earlier process has begun to delete. */
  async finishAll(): Promise<void> {
    const begun = await this.database.read.findBy(ProjectRow, { status: 'deleting' });
    for (const { id } of begun) await this.finish(id);
  }

  /** @throws Failure `not-found`, for another account's project as well */
  async remove(accountId: string, projectId: string): Promise<void> {
    await this.database.write(async (manager) => {
      await this.projects.require(manager, accountId, projectId);
      await manager.update(ProjectRow, { id: projectId }, { status: 'deleting' });
      // A job that ends from now on finds no project to put its result into.
      await manager.update(Job, { projectId, endedAt: IsNull() }, { projectId: null });
    });
    await this.finish(projectId);
  }

  private async finish(projectId: string): Promise<void> {
    for (let done = false; !done;)
      done = await this.database.write((manager) => this.step(manager, projectId));
  }

  /** Whether nothing is left. */
  private async step(manager: EntityManager, projectId: string): Promise<boolean> {
    const some = { select: { id: true }, where: { projectId }, take: rowsPerStep } as const;
    const items = await manager.find(ItemRow, some);
    for (const { id } of items) await this.items.drop(manager, id);
    if (items.length === rowsPerStep) return false;
    const files = await manager.find(FileRow, some);
    const jobs = await manager.find(Job, some);
    for (const { id } of files) await manager.update(FileRow, { id }, { projectId: null });
    for (const { id } of jobs) await manager.update(Job, { id }, { projectId: null });
    if (files.length === rowsPerStep || jobs.length === rowsPerStep) return false;
    await manager.delete(ProjectRow, { id: projectId });
    return true;
  }
}
