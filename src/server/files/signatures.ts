import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { CONFIG } from '../config.token.js';
import { replaceFile } from '../database/replace-file.js';

export interface Signature {
  /** Unix seconds */
  expires: number;
  /** 43 characters of base64url */
  signature: string;
}

const daySeconds = 86_400;

/** Signs file ids with a secret of this home. Without its file, addresses that were given out cease to work. */
@Injectable()
export class Signatures implements OnModuleInit {
  private secret = '';

  constructor(@Inject(CONFIG) private readonly config: Pick<Config, 'home'>) {}

  async onModuleInit(): Promise<void> {
    const file = path.join(this.config.home, 'signing.key');
    this.secret = (await readFile(file, 'utf8').catch(() => '')).trim();
    if (this.secret !== '') return;
    this.secret = randomBytes(32).toString('base64url');
    await replaceFile(file, `${this.secret}\n`);
  }

  sign(fileId: string, validSeconds = daySeconds): Signature {
    const expires = Math.floor(Date.now() / 1000) + validSeconds;
    return { expires, signature: this.digest(fileId, expires) };
  }

  /** @throws Failure `forbidden` */
  check(fileId: string, { expires, signature }: Signature): void {
    const expected = Buffer.from(this.digest(fileId, expires));
    const given = Buffer.from(signature);
    // A comparison that stops at the first difference would tell how much of a guess is right.
    const isGenuine = given.length === expected.length && timingSafeEqual(given, expected);
    if (isGenuine && expires >= Date.now() / 1000) return;
    throw new Failure(
      'forbidden',
      'This address is no longer valid; ask for the file again to get a new one.',
    );
  }

  private digest(fileId: string, expires: number): string {
    return createHmac('sha256', this.secret).update(`${fileId}\n${expires}`).digest('base64url');
  }
}
