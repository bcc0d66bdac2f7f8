import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { createSuggest } from '../../engine/suggest.js';
import { CONFIG } from '../config.token.js';
import type { SentFile } from '../http/send-file.js';
import { StyleFolders } from './style-folders.js';
import { StyleNews } from './style-news.js';
import type { Style } from './style.js';

/** `styles/` of the checkout; this file is three folders deep, compiled or not. */
const shipped = fileURLToPath(new URL('../../../styles', import.meta.url));
/** How soon a new style is noticed when nobody asks. Folders are looked at rather than watched, which works on every file system. */
const everyMs = 5_000;

/** The styles that ship and those in the folder `styles` of the home. They may come, change and go while the server runs. */
@Injectable()
export class Styles implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Styles');
  private readonly folders: StyleFolders;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<unknown> = Promise.resolve();
  private next: Promise<Style[]> | undefined;
  private complaints = '';

  constructor(
    @Inject(CONFIG) { home }: Pick<Config, 'home'>,
    @Inject(StyleNews) private readonly news: StyleNews,
  ) {
    this.folders = new StyleFolders([shipped, path.join(home, 'styles')]);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.list();
    this.schedule();
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /** As they are on disk now, by id: a reading that has begun before may have passed a change, so that callers share the next one. */
  list(): Promise<Style[]> {
    this.next ??= this.reading.then(() => {
      this.next = undefined;
      const read = this.read();
      this.reading = read.catch(() => undefined);
      return read;
    });
    return this.next;
  }

  /** @throws Failure `not-found` with the nearest id */
  async get(id: string): Promise<Style> {
    const styles = await this.list();
    const style = styles.find((each) => each.id === id);
    if (style !== undefined) return style;
    const ids = styles.map((each) => each.id);
    const message = `There is no style “${id.slice(0, 64)}”${createSuggest()(id, ids)}`;
    throw new Failure('not-found', message, { kind: 'style' });
  }

  /** The picture that shows a style. @throws Failure `not-found`, also when there is none yet */
  async openPreview(id: string): Promise<SentFile> {
    const { previewPath } = await this.get(id);
    const found = previewPath === null ? null : await stat(previewPath).catch(() => null);
    if (previewPath === null || found === null) {
      throw new Failure('not-found', `The style ${id} has no preview yet.`, { kind: 'preview' });
    }
    return {
      name: `${id}.jpg`,
      mediaType: 'image/jpeg',
      bytes: found.size,
      version: `${found.mtimeMs.toString(36)}-${found.size.toString(36)}`,
      read: async (range) => createReadStream(previewPath, range),
    };
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.list()
        .catch((error: unknown) => this.log.warn(error))
        .finally(() => this.schedule());
    }, everyMs).unref();
  }

  private async read(): Promise<Style[]> {
    const styles = await this.folders.read();
    const complaints = this.folders.problems.join(' ');
    if (complaints !== '' && complaints !== this.complaints) this.log.warn(complaints);
    this.complaints = complaints;
    // A full disk keeps nobody from the styles; the next look tells of them.
    await this.news.tell(styles).catch((error: unknown) => this.log.warn(error));
    return styles;
  }
}
