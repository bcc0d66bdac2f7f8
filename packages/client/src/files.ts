import { openAsBlob } from 'node:fs';
import path from 'node:path';
import type { Deleted, RequestOptions } from './options.js';
import { route, type Transport } from './transport.js';

export interface File {
  id: string;
  file_id: string;
  /** Works without a key for 24 hours */
  url: string;
  /** Bytes */
  size: number;
  /** Media type, found by looking at the bytes */
  type: string;
  name: string;
  project_id: string | null;
  created_at: string;
}

export interface UploadOptions extends RequestOptions {
  /** Left out: that of the file, else `file` */
  name?: string;
  project_id?: string;
}

export class Files {
  constructor(private readonly transport: Transport) {}

  /** @param file a path, or the bytes */
  async upload(
    file: string | Blob | Uint8Array,
    { name, project_id: projectId, signal }: UploadOptions = {},
  ): Promise<File> {
    const form = new FormData();
    // What comes before the file is known while the file arrives.
    if (projectId !== undefined) form.set('project_id', projectId);
    form.set('file', await blobOf(file), name ?? nameOf(file));
    return this.transport.post('/files/upload', { body: form, signal });
  }

  download(id: string, { signal }: RequestOptions = {}): Promise<Uint8Array> {
    return this.transport.bytes(route`/files/${id}/download`, { signal });
  }

  delete(id: string, { signal }: RequestOptions = {}): Promise<Deleted> {
    return this.transport.delete(route`/files/${id}`, { signal });
  }
}

async function blobOf(file: string | Blob | Uint8Array): Promise<Blob> {
  if (typeof file === 'string') return openAsBlob(file);
  return file instanceof Uint8Array ? new Blob([file as Uint8Array<ArrayBuffer>]) : file;
}

function nameOf(file: string | Blob | Uint8Array): string {
  if (typeof file === 'string') return path.basename(file);
  return 'name' in file && typeof file.name === 'string' ? file.name : 'file';
}
