import type { EntityManager } from 'typeorm';
import type { ProjectRow } from './project.entity.js';
import type { ProjectPage } from './project-view.js';

export type CountedProject = Omit<ProjectRow, 'accountId' | 'status'> & { itemsCount: number };

type FoundProject = Omit<CountedProject, 'tags'> & { tags: string };

const itemsCount = '(SELECT COUNT(*) FROM items WHERE items.project_id = p.id)';

/** Only these get into a statement; what a caller writes never does. */
const columns: Record<ProjectPage['sort'], string> = {
  created_at: 'p.created_at',
  updated_at: 'p.updated_at',
  name: 'p.name COLLATE NOCASE',
  items_count: 'itemsCount',
};
const directions: Record<ProjectPage['order'], string> = { asc: 'ASC', desc: 'DESC' };

const selection = `SELECT p.id, p.name, p.description, p.tags, p.created_at AS createdAt, p.updated_at AS updatedAt,
  ${itemsCount} AS itemsCount FROM projects p`;

export async function findProject(
  manager: EntityManager,
  accountId: string,
  id: string,
): Promise<CountedProject | null> {
  const sql = `${selection} WHERE p.id = ? AND p.account_id = ? AND p.status = 'active'`;
  const [found]: FoundProject[] = await manager.query(sql, [id, accountId]);
  return found === undefined ? null : withTags(found);
}

export async function pageOfProjects(
  manager: EntityManager,
  accountId: string,
  { limit, offset, sort, order, tags }: ProjectPage,
): Promise<{ projects: CountedProject[]; total: number }> {
  const hasTag = ' AND EXISTS (SELECT 1 FROM json_each(p.tags) tag WHERE tag.value = ?)';
  const condition = `WHERE p.account_id = ? AND p.status = 'active'${hasTag.repeat(tags.length)}`;
  const by = `${columns[sort]} ${directions[order]}, p.id ${directions[order]}`;
  const found: FoundProject[] = await manager.query(
    `${selection} ${condition} ORDER BY ${by} LIMIT ? OFFSET ?`,
    [accountId, ...tags, limit, offset],
  );
  const [counted]: { total: number }[] = await manager.query(
    `SELECT COUNT(*) AS total FROM projects p ${condition}`,
    [accountId, ...tags],
  );
  return { projects: found.map(withTags), total: counted?.total ?? 0 };
}

function withTags(found: FoundProject): CountedProject {
  return { ...found, tags: JSON.parse(found.tags) as string[] };
}
