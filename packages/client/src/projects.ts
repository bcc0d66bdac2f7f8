import type { Deleted, Page, PageOf, RequestOptions, SubmitOptions } from './options.js';
import { route, type Transport } from './transport.js';

export interface Project {
  id: string;
  name: string;
  description: string;
  tags: string[];
  status: 'active';
  items_count: number;
  created_at: string;
  updated_at: string;
}

/** The files that one job has made. */
export interface Item {
  id: string;
  type: string;
  name: string;
  url: string;
  formats: string[];
  tool: string;
  job_id: string;
  project_id: string | null;
  created_at: string;
}

export interface ProjectWithItems extends Project {
  /** The newest 100 */
  items: Item[];
}

interface ProjectFields {
  name: string;
  description?: string | null;
  tags?: string[] | null;
}

interface ProjectQuery extends Page {
  sort?: 'created_at' | 'updated_at' | 'name' | 'items_count';
  order?: 'asc' | 'desc';
  /** Only projects that have all of them */
  tags?: string[];
}

export class Projects {
  constructor(private readonly transport: Transport) {}

  create(fields: ProjectFields, { idempotencyKey, signal }: SubmitOptions = {}): Promise<Project> {
    return this.transport.submit('/projects', { body: fields, signal }, idempotencyKey);
  }

  list(
    { tags, ...page }: ProjectQuery = {},
    { signal }: RequestOptions = {},
  ): Promise<PageOf<'projects', Project>> {
    return this.transport.get('/projects', { query: { ...page, 'tags[]': tags }, signal });
  }

  get(id: string, { signal }: RequestOptions = {}): Promise<ProjectWithItems> {
    return this.transport.get(route`/projects/${id}`, { signal });
  }

  /** Changes what is given; `null` clears a description or the tags. */
  update(id: string, fields: Partial<ProjectFields>, { signal }: RequestOptions = {}): Promise<Project> {
    return this.transport.patch(route`/projects/${id}`, { body: fields, signal });
  }

  /** Deletes a project with its items. */
  delete(id: string, { signal }: RequestOptions = {}): Promise<Deleted> {
    return this.transport.delete(route`/projects/${id}`, { signal });
  }
}
