import path from 'node:path';

/** Where the blobs of a home are; workers put theirs there too. */
export function assetFolder(home: string): string {
  return path.join(home, 'assets');
}
