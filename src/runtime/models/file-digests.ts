import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Large enough that a hash of gigabytes is not spent on system calls, small enough that the event loop runs in between. */
const chunkBytes = 1 << 20;
/** Of a smaller file the digest is as quickly made as looked up. */
const leastNoted = 1 << 20;

interface Note {
  version: string;
  sha256: string;
}

/**
 * SHA-256 of large files, each made once per version of the file and noted in a folder, so that neither another process nor the next
 * start reads gigabytes again. A version is a place with its size, time of change and inode.
 */
export class FileDigests {
  constructor(private readonly folder: string) {}

  /** 64 hex digits. `read` hears of the bytes as they come. Throws what the file system does. */
  async of(file: string, read?: (bytes: number) => void): Promise<string> {
    const version = await versionOf(file);
    const known = version.isSmall ? undefined : await this.read(file);
    return known?.version === version.text ? known.sha256 : this.renew(file, read);
  }

  /** The same, but the file is read whatever is noted. */
  async renew(file: string, read?: (bytes: number) => void): Promise<string> {
    const version = await versionOf(file);
    const sha256 = await hashFile(file, read);
    if (!version.isSmall) await this.write(file, { version: version.text, sha256 });
    return sha256;
  }

  private async read(file: string): Promise<Note | undefined> {
    try {
      return JSON.parse(await readFile(this.noteOf(file), 'utf8')) as Note;
    } catch {
      return undefined;
    }
  }

  private async write(file: string, note: Note): Promise<void> {
    const place = this.noteOf(file);
    const temporary = `${place}.${process.pid}.tmp`;
    await mkdir(this.folder, { recursive: true });
    await writeFile(temporary, JSON.stringify(note));
    await rename(temporary, place);
  }

  private noteOf(file: string): string {
    return path.join(this.folder, `${createHash('sha256').update(file).digest('hex')}.json`);
  }
}

async function versionOf(file: string): Promise<{ text: string; isSmall: boolean }> {
  const { size, mtimeMs, ino } = await stat(file);
  return { text: `${size} ${mtimeMs} ${ino}`, isSmall: size < leastNoted };
}

export async function hashFile(file: string, read?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(file);
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunkBytes);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, bytesRead));
      read?.(bytesRead);
    }
  } finally {
    await handle.close();
  }
}
