import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import Libsql from 'libsql';
import { z } from 'zod';
import { Failure } from '@atelier/sdk';
import { replaceFile } from './replace-file.js';

const serverSchema = z.object({ pid: z.number(), url: z.string().nullable(), startedAt: z.string() });

/** The server that holds a home; `url` is null until it listens. */
export type RunningServer = z.output<typeof serverSchema>;

/** A probe holds the lock for less than this. */
const probeMs = 1000;

/**
 * Makes one server the only one of its home. The lock is SQLite's lock on an empty file: the kernel drops it with the
 * process, however that ends, so there are no stale locks and no pids to compare. Child processes do not inherit it.
 */
export class HomeLock {
  private constructor(
    private readonly home: string,
    private readonly lock: Libsql.Database,
    private readonly startedAt: string,
  ) {}

  /**
   * Makes the folder if need be and takes it.
   * @throws Failure `conflict` naming the server that has it
   */
  static async acquire(home: string): Promise<HomeLock> {
    await mkdir(home, { recursive: true, mode: 0o700 });
    const lock = openLock(home, probeMs);
    if (!tryExec(lock, 'BEGIN EXCLUSIVE')) {
      lock.close();
      throw taken(await describe(home));
    }
    const held = new HomeLock(home, lock, new Date().toISOString());
    await held.announce(null);
    return held;
  }

  /** Says in `server.json` where the server is reached. */
  async announce(url: string | null): Promise<void> {
    const server: RunningServer = { pid: process.pid, url, startedAt: this.startedAt };
    const file = path.join(this.home, 'server.json');
    await replaceFile(file, `${JSON.stringify(server)}\n`);
  }

  async release(): Promise<void> {
    await rm(path.join(this.home, 'server.json'), { force: true });
    this.lock.close();
  }
}

/** The server that holds `home` at this moment, or undefined when none does. */
export async function runningServer(home: string): Promise<RunningServer | undefined> {
  const server = await describe(home);
  if (server === undefined) return undefined;
  const lock = openLock(home, 0);
  const isFree = tryExec(lock, 'SELECT 1 FROM sqlite_master');
  lock.close();
  return isFree ? undefined : server;
}

function openLock(home: string, timeoutMs: number): Libsql.Database {
  const lock = new Libsql(path.join(home, 'lock.sqlite'));
  lock.exec(`PRAGMA busy_timeout = ${timeoutMs}`);
  return lock;
}

function tryExec(lock: Libsql.Database, sql: string): boolean {
  try {
    lock.exec(sql);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return false;
    throw error;
  }
}

/** What `server.json` says, if anything. */
async function describe(home: string): Promise<RunningServer | undefined> {
  try {
    return serverSchema.parse(JSON.parse(await readFile(path.join(home, 'server.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

function taken(server: RunningServer | undefined): Failure {
  const name =
    server === undefined
      ? 'Another Atelier'
      : `Atelier (process ${server.pid}${server.url === null ? '' : `, ${server.url}`})`;
  return new Failure(
    'conflict',
    `${name} is using this ATELIER_HOME already; stop it or choose another folder.`,
    {
      pid: server?.pid ?? null,
      url: server?.url ?? null,
    },
  );
}
