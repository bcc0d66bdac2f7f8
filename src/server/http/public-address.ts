import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';

/** Where others reach this server, for links that do not answer a request. */
@Injectable()
export class PublicAddress {
  private listening: string;

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl' | 'host' | 'port'>) {
    this.listening = `http://${config.host}:${config.port}`;
  }

  /** Without a slash at the end. */
  get origin(): string {
    return this.config.publicUrl === '' ? this.listening : this.config.publicUrl;
  }

  listensAt(url: string): void {
    this.listening = url;
  }
}
