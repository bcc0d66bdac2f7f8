import { z } from 'zod';
import type { FileView } from '../../server/files/file-view.js';
import { idSchema, pageSchema } from './wire.js';

export const fileSchema = z
  .object({
    file_id: z.string(),
    id: z.string().describe('The same as file_id'),
    url: z.url().describe('Works without a key for 24 hours'),
    size: z.int().describe('Bytes'),
    type: z.string().describe('Media type, found by looking at the bytes'),
    name: z.string(),
    project_id: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'File' });

export type FileBody = z.output<typeof fileSchema>;

export const fileListQuerySchema = pageSchema.extend({ project_id: idSchema.optional() });

export const filePageSchema = z.object({ files: z.array(fileSchema), total: z.int(), has_more: z.boolean() });

export const deletedSchema = z.object({ deleted: z.literal(true), id: z.string() });

/** The query of a signed address. */
export const signatureSchema = z.object({
  expires: z
    .string()
    .regex(/^\d{1,12}$/, 'must be Unix seconds')
    .transform(Number)
    .optional(),
  signature: z.string().max(128).optional(),
});

/** Makes the address at which a file can be fetched without a key. */
export type Link = (fileId: string) => string;

export function toFile(file: FileView, link: Link): FileBody {
  return {
    file_id: file.id,
    id: file.id,
    url: link(file.id),
    size: file.bytes,
    type: file.mediaType,
    name: file.name,
    project_id: file.projectId,
    created_at: file.createdAt,
  };
}
