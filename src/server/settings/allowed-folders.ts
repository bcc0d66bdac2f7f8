import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';

/** `own`: ATELIER_HOME, which holds what belongs to every account; `shared`: the folders of ATELIER_IMPORT. */
export type FolderScope = 'own' | 'shared';

/** The folders of this machine that a request may name by their path. Nothing else on disk can be named. */
@Injectable()
export class AllowedFolders {
  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'home' | 'imports'>) {}

  /**
   * Where a path leads once all links in it are followed, if that is inside an allowed folder; null if it is not.
   * The end of the path need not exist.
   * @param given absolute, or relative to ATELIER_HOME
   */
  async locate(given: string, scopes: readonly FolderScope[]): Promise<string | null> {
    if (given.includes('\0')) return null;
    const place = await followLinks(path.resolve(this.config.home, given));
    if (place === null) return null;
    for (const root of this.roots(scopes)) {
      const real = await realpath(root).catch(() => null);
      if (real !== null && contains(real, place)) return place;
    }
    return null;
  }

  private roots(scopes: readonly FolderScope[]): string[] {
    return [
      ...(scopes.includes('own') ? [this.config.home] : []),
      ...(scopes.includes('shared') ? this.config.imports : []),
    ];
  }
}

/** Whether `place` is `folder` or below it; both are real paths. */
export function contains(folder: string, place: string): boolean {
  const way = path.relative(folder, place);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** The real path of what exists of `place`, with the rest of it behind; null where that cannot be told. */
async function followLinks(place: string): Promise<string | null> {
  try {
    return await realpath(place);
  } catch (error) {
    const parent = path.dirname(place);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === place) return null;
    const real = await followLinks(parent);
    return real === null ? null : path.join(real, path.basename(place));
  }
}
