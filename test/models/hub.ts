import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A repository that the stand-in offers: contents by path. */
export type Repository = Map<string, Buffer>;

export interface HubRequest {
  path: string;
  range: string | undefined;
  authorization: string | undefined;
}

const commit = '0123456789abcdef0123456789abcdef01234567';
/** So that a listing has several pages. */
const pageSize = 5;
/** What is larger lies in LFS, as on the hub. */
const lfsFrom = 10_000;

/** Speaks the part of the Hugging Face hub's API that fetching needs: revisions, listings in pages, files with ranges. */
export class StandInHub {
  readonly requests: HubRequest[] = [];
  /** Connections are cut after so many bytes of a file, as often as is said. */
  readonly cuts = new Map<string, { after: number; times: number }>();
  /** Files that come with other bytes than the listing says. */
  readonly damaged = new Set<string>();
  /** Files whose listed size is another. */
  readonly sizes = new Map<string, number>();
  /** Only with this token is anything given. */
  token: string | undefined;
  hasRanges = true;

  private constructor(
    private readonly server: Server,
    private readonly repositories: ReadonlyMap<string, Repository>,
  ) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  static async start(repositories: Record<string, Repository>): Promise<StandInHub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StandInHub(server, new Map(Object.entries(repositories)));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Paths of the files that were asked for, beyond their first byte. */
  get fetched(): string[] {
    const whole = this.requests.filter(
      ({ path: asked, range }) => asked.includes('/cdn/') && range !== 'bytes=0-0',
    );
    return [...new Set(whole.map(({ path: asked }) => asked.split('/cdn/')[1]!))].sort();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url!, this.url);
    const { range, authorization } = request.headers;
    this.requests.push({ path: url.pathname, range, authorization });
    if (this.token !== undefined && authorization !== `Bearer ${this.token}`)
      return json(response, 401, { error: 'Repository not found' });
    const [, owner, name, kind, ...rest] = url.pathname.replace('/api/models', '').split('/');
    const repository = this.repositories.get(`${owner}/${name}`);
    if (repository === undefined) return json(response, 404, { error: 'Repository not found' });
    if (kind === 'revision') return json(response, 200, infoOf(`${owner}/${name}`));
    if (kind === 'tree') return this.list(repository, url, response);
    const file = rest.slice(1).join('/');
    if (kind === 'resolve')
      return void response.writeHead(302, { location: `/${owner}/${name}/cdn/-/${file}` }).end();
    this.send(repository, file, range, response);
  }

  private list(repository: Repository, url: URL, response: ServerResponse): void {
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const entries = [...repository].map(([file, content]) => this.entryOf(file, content));
    if (from + pageSize < entries.length) {
      url.searchParams.set('cursor', String(from + pageSize));
      response.setHeader('link', `<${url.href}>; rel="next"`);
    }
    json(response, 200, [
      { type: 'directory', path: 'unet', size: 0, oid: '' },
      ...entries.slice(from, from + pageSize),
    ]);
  }

  private entryOf(file: string, content: Buffer) {
    const size = this.sizes.get(file) ?? content.length;
    const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    if (content.length < lfsFrom) return { type: 'file', path: file, size, oid };
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { type: 'file', path: file, size, oid, lfs: { oid: sha256, size, pointerSize: 130 } };
  }

  private send(
    repository: Repository,
    file: string,
    range: string | undefined,
    response: ServerResponse,
  ): void {
    const content = repository.get(file);
    if (content === undefined) return json(response, 404, { error: 'Entry not found' });
    const [, first = '0', last = ''] = (this.hasRanges && /bytes=(\d+)-(\d*)/.exec(range ?? '')) || [];
    const start = Number(first);
    const end = last === '' ? content.length : Math.min(Number(last) + 1, content.length);
    const isPart = range !== undefined && (this.hasRanges || range === 'bytes=0-0');
    const sent = Buffer.from(content.subarray(start, range === 'bytes=0-0' ? 1 : end));
    if (this.damaged.has(file)) sent[0]! ^= 0xff;
    response.writeHead(isPart ? 206 : 200, {
      'content-length': sent.length,
      'content-type': 'application/octet-stream',
      etag: '"x"',
      ...(isPart && { 'content-range': `bytes ${start}-${start + sent.length - 1}/${content.length}` }),
    });
    const cut = this.cuts.get(file);
    if (cut === undefined || cut.times === 0 || sent.length <= cut.after) return void response.end(sent);
    cut.times -= 1;
    response.write(sent.subarray(0, cut.after), () => setTimeout(() => response.destroy(), 20));
  }
}

/** The files of a folder, as a repository. */
export function repositoryOf(folder: string, more: Record<string, string> = {}): Repository {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const files = names.map((file): [string, Buffer] => [path.relative(folder, file), readFileSync(file)]);
  return new Map([
    ...files,
    ...Object.entries(more).map(([file, text]): [string, Buffer] => [file, Buffer.from(text)]),
  ]);
}

function infoOf(id: string) {
  return {
    _id: id,
    id,
    sha: commit,
    private: false,
    gated: false,
    downloads: 0,
    likes: 0,
    lastModified: '2026-01-01T00:00:00Z',
    cardData: { license: 'openrail' },
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
