import { z } from 'zod';
import type { FileView } from '../../server/files/file-view.js';
import type { ItemView } from '../../server/items/item-view.js';
import { fileSchema, toFile, type Link } from './files.wire.js';

export const itemSchema = z
  .object({
    id: z.string(),
    type: z.string().describe('What it is, such as logo'),
    name: z.string(),
    url: z.url().describe('The first file; works without a key for 24 hours'),
    formats: z.array(z.string()),
    tool: z.string(),
    job_id: z.string(),
    project_id: z.string().nullable(),
    files: z.array(fileSchema.extend({ format: z.string() })),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Item' });

export type ItemBody = z.output<typeof itemSchema>;

export const itemPageSchema = z.object({ items: z.array(itemSchema), total: z.int(), has_more: z.boolean() });

export function toItem(item: ItemView, link: Link): ItemBody {
  const files = item.files.map((file) => ({ ...toFile(file, link), format: formatOf(file) }));
  return {
    id: item.id,
    type: item.type,
    name: item.name,
    url: files[0]!.url,
    formats: [...new Set(files.map(({ format }) => format))],
    tool: item.tool,
    job_id: item.jobId,
    project_id: item.projectId,
    files,
    created_at: item.createdAt,
  };
}

/** `png` of `logo.png`; of a name without an extension, the second half of its media type. */
export function formatOf({ name, mediaType }: Pick<FileView, 'name' | 'mediaType'>): string {
  return /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? mediaType.replace(/^.*\//, '');
}
