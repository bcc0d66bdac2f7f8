/** What the owner of a project says of it. */
export interface ProjectFields {
  name: string;
  description: string;
  tags: string[];
}

/** A project as its owner sees it. Times are ISO 8601. */
export interface ProjectView extends ProjectFields {
  id: string;
  itemsCount: number;
  createdAt: string;
  /** changes with the project and with what is in it */
  updatedAt: string;
}

export const projectOrders = ['created_at', 'updated_at', 'name', 'items_count'] as const;

export interface ProjectPage {
  limit: number;
  offset: number;
  sort: (typeof projectOrders)[number];
  order: 'asc' | 'desc';
  /** only projects that have all of them */
  tags: readonly string[];
}
