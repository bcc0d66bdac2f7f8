import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { newId } from '../database/id.js';
import { Idempotency, type RepeatableRequest } from '../idempotency/idempotency.service.js';
import { ProjectRow } from './project.entity.js';
import { findProject, pageOfProjects, type CountedProject } from './project-list.js';
import type { ProjectFields, ProjectPage, ProjectView } from './project-view.js';

/** The projects of each account. What is in them, and how they end, is told in `items`. */
@Injectable()
export class Projects {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Idempotency) private readonly idempotency: Idempotency,
  ) {}

  /** The same idempotency key gives the project of the first call. @throws Failure `idempotency-mismatch`, `not-found` */
  async create(
    accountId: string,
    fields: ProjectFields,
    repeatable?: RepeatableRequest,
  ): Promise<ProjectView> {
    const id = await this.database.write(async (manager) => {
      const begun = repeatable ? await this.idempotency.begin(manager, repeatable) : 'new';
      if (begun !== 'new') return (begun.body as { projectId: string }).projectId;
      const projectId = newId('proj');
      const now = Date.now();
      const row = { ...fields, id: projectId, accountId, status: 'active', createdAt: now, updatedAt: now };
      await manager.insert(ProjectRow, row as ProjectRow);
      if (repeatable)
        await this.idempotency.finish(manager, repeatable, { status: 201, body: { projectId } });
      return projectId;
    });
    return this.get(accountId, id);
  }

  /** @throws Failure `not-found`, for another account's project as well */
  async get(accountId: string, id: string): Promise<ProjectView> {
    const found = await findProject(this.database.read, accountId, id);
    if (found === null) throw missing(id);
    return viewOf(found);
  }

  async list(accountId: string, page: ProjectPage): Promise<{ projects: ProjectView[]; total: number }> {
    const { projects, total } = await pageOfProjects(this.database.read, accountId, page);
    return { projects: projects.map(viewOf), total };
  }

  /** Changes what is given. @throws Failure `not-found`, for another account's project as well */
  async update(accountId: string, id: string, change: Partial<ProjectFields>): Promise<ProjectView> {
    await this.database.write(async (manager) => {
      await this.require(manager, accountId, id);
      await manager.update(ProjectRow, { id }, { ...change, updatedAt: Date.now() });
    });
    return this.get(accountId, id);
  }

  /**
   * Makes sure that the account has the project: in a unit of work until that ends, with `database.read` for the moment.
   * @throws Failure `not-found`, for another account's project as well
   */
  async require(manager: EntityManager, accountId: string, id: string): Promise<void> {
    if (!(await manager.existsBy(ProjectRow, { id, accountId, status: 'active' }))) throw missing(id);
  }

  /** What is in the project has changed. */
  async touch(manager: EntityManager, id: string): Promise<void> {
    await manager.update(ProjectRow, { id }, { updatedAt: Date.now() });
  }
}

function viewOf({ createdAt, updatedAt, ...rest }: CountedProject): ProjectView {
  return {
    ...rest,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}

function missing(id: string): Failure {
  const shown = id.slice(0, 64);
  return new Failure('not-found', `There is no project ${shown}.`, { kind: 'project', id: shown });
}
