import { downloadFile, HubApiError, listFiles, modelInfo } from '@huggingface/hub';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';

/** A file of a repository. */
export interface HubFile {
  path: string;
  bytes: number;
  /** What its content hashes to: SHA-256 for what is stored with LFS, Git's SHA-1 of a blob for the rest. */
  digest: { kind: 'sha256' | 'git'; hex: string };
}

/** One commit of a repository, so that all of its files belong together. */
export interface HubRepository {
  name: string;
  commit: string;
  licence: string | undefined;
  files: readonly HubFile[];
}

/** The Hugging Face hub, or what HF_ENDPOINT names in its place. */
export class Hub {
  private readonly access: { hubUrl: string; accessToken?: string };

  constructor(private readonly config: Config['hub']) {
    this.access = { hubUrl: config.url, ...(config.token === '' ? {} : { accessToken: config.token }) };
  }

  get url(): string {
    return this.config.url;
  }

  /** @throws Failure `not-found`, `forbidden`, `unavailable`, each saying what to do */
  async repository(name: string, revision: string | undefined): Promise<HubRepository> {
    return this.asked(name, async () => {
      const info = await modelInfo({
        ...this.access,
        name,
        revision,
        additionalFields: ['sha', 'cardData'],
      });
      const files: HubFile[] = [];
      const listing = listFiles({
        ...this.access,
        repo: { type: 'model', name },
        recursive: true,
        revision: info.sha,
      });
      for await (const { type, path, size, oid = '', lfs } of listing) {
        if (type !== 'file') continue;
        const digest = lfs ? { kind: 'sha256' as const, hex: lfs.oid } : { kind: 'git' as const, hex: oid };
        files.push({ path, bytes: lfs?.size ?? size, digest });
      }
      const { license: licence } = (info.cardData ?? {}) as { license?: unknown };
      return { name, commit: info.sha, licence: typeof licence === 'string' ? licence : undefined, files };
    });
  }

  /** The bytes of a file from a position on. @throws Failure as `repository` */
  async read(
    { name, commit }: HubRepository,
    file: HubFile,
    from: number,
  ): Promise<ReadableStream<Uint8Array>> {
    const blob = await this.asked(name, () =>
      // Through xet a file comes in pieces that cannot be gone on with after a cut.
      downloadFile({
        ...this.access,
        repo: { type: 'model', name },
        path: file.path,
        revision: commit,
        xet: false,
      }),
    );
    if (blob === null) throw new Failure('not-found', `${name} has no ${file.path} any more; try again.`);
    return (from === 0 ? blob : blob.slice(from)).stream() as ReadableStream<Uint8Array>;
  }

  /** Where a person finds a file. */
  urlOf({ name, commit }: HubRepository, file: string): string {
    return `${this.config.url}/${name}/resolve/${commit}/${file}`;
  }

  private async asked<Value>(name: string, ask: () => Promise<Value>): Promise<Value> {
    try {
      return await ask();
    } catch (error) {
      throw this.explain(name, error);
    }
  }

  private explain(name: string, error: unknown): unknown {
    const { url, token } = this.config;
    if (error instanceof HubApiError) {
      const status = error.statusCode;
      if (status === 401 || status === 403 || status === 404) return refused(name, status, url, token !== '');
      return new Failure('unavailable', `${url} answered with status ${status}; try again later.`);
    }
    if (token !== '' && !token.startsWith('hf_'))
      return new Failure('invalid-input', 'HF_TOKEN is no token of Hugging Face: those begin with hf_.');
    return unreachable(url, error);
  }
}

/** The hub says 401 for what does not exist as well, so that nobody can find out what is private. */
function refused(name: string, status: number, url: string, hasToken: boolean): Failure {
  if (status === 404) {
    return new Failure(
      'not-found',
      `${url} has no model ${name}, or not this revision of it; check the name.`,
    );
  }
  const next = hasToken
    ? `accept its conditions at ${url}/${name} with the account of HF_TOKEN`
    : 'if it is there, set HF_TOKEN to a token of an account that may read it';
  return new Failure('forbidden', `${url} does not give ${name} to everyone; ${next}.`);
}

/** What the network did, as a sentence. */
export function unreachable(url: string, error: unknown): Failure {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  const reason = cause?.code ?? cause?.message ?? message ?? String(error);
  const sentence = `${url} cannot be reached (${reason}); check the network, or set HF_ENDPOINT to a mirror, and try again.`;
  return new Failure('unavailable', sentence, {}, { cause: error });
}
