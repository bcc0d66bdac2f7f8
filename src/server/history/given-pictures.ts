import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import type { Config } from '../../config.js';
import type { AssetSource } from '../../runtime/assets.js';
import { sniffBytes, sniffMediaType } from '../../runtime/media-type.js';
import { Owner } from '../accounts/owner.service.js';
import { CONFIG } from '../config.token.js';
import { Files } from '../files/files.service.js';
import { AllowedFolders } from '../settings/allowed-folders.js';
import { openPicture } from './disk-picture.js';
import { History } from './history.service.js';

/** A picture as a request names it. */
export interface GivenPicture {
  accountId: string;
  /** `/generated/image_1.jpg`, `data:image/png;base64,…`, or an absolute path in an allowed folder */
  value: string;
  /** the name of the field, for the sentence that says what is wrong */
  field: string;
}

/** A file of the caller's for as long as it takes to submit a job with it. */
export interface LentPicture {
  fileId: string;
  /** belongs into the unit of work that accepts the job */
  giveBack(manager: EntityManager): Promise<void>;
}

const longestPath = 4096;
const longestHeader = 256;
const generated = /^\/generated\/([\w.-]+)$/;

/** Turns pictures that requests name into files of the caller. */
@Injectable()
export class GivenPictures {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'uploadLimitBytes'>,
    @Inject(History) private readonly history: History,
    @Inject(Files) private readonly files: Files,
    @Inject(AllowedFolders) private readonly folders: AllowedFolders,
    @Inject(Owner) private readonly owner: Owner,
  ) {}

  /**
   * Makes the picture a file for `use` to submit a job with. The file goes in the unit of work that accepts the job, which keeps
   * the content, or else when `use` has ended.
   * @throws Failure `invalid-input` for what is no picture or must not be named, `not-found` for an earlier picture that is
   * gone, `too-large`; whatever `use` throws
   */
  async lend<T>(given: GivenPicture, use: (picture: LentPicture) => Promise<T>): Promise<T> {
    const { id } = await this.take(given);
    let isTaken = false;
    const giveBack = async (manager: EntityManager): Promise<void> => {
      await this.files.drop(manager, id);
      isTaken = true;
    };
    try {
      return await use({ fileId: id, giveBack });
    } finally {
      if (!isTaken) await this.files.delete(given.accountId, id);
    }
  }

  private async take(given: GivenPicture): Promise<{ id: string }> {
    const { value } = given;
    if (value.startsWith('data:')) return this.keep(given, await fromDataUri(given));
    const [, fileName] = generated.exec(value) ?? [];
    if (fileName !== undefined) return this.takeEarlier(given, fileName);
    if (!path.isAbsolute(value) || value.length > longestPath) throw unusable(given);
    return this.takeFromDisk(given);
  }

  private async takeEarlier(given: GivenPicture, fileName: string): Promise<{ id: string }> {
    const { bytes, read } = await this.history.open(given.accountId, fileName);
    return this.keep(given, await read({ start: 0, end: bytes - 1 }));
  }

  private async takeFromDisk(given: GivenPicture): Promise<{ id: string }> {
    // ATELIER_HOME holds the pictures of every account, so only its owner may name them by path.
    const isOwner = given.accountId === this.owner.principal.accountId;
    const place = await this.folders.locate(given.value, isOwner ? ['own', 'shared'] : ['shared']);
    const handle = place === null ? null : await openPicture(place);
    if (handle === null) throw unusable(given);
    try {
      return await this.keep(given, handle.createReadStream({ start: 0, autoClose: false }));
    } finally {
      await handle.close();
    }
  }

  private keep({ accountId, field }: GivenPicture, source: AssetSource): Promise<{ id: string }> {
    return this.files.upload(accountId, source, field, this.config.uploadLimitBytes);
  }
}

async function fromDataUri(given: GivenPicture): Promise<Uint8Array> {
  const comma = given.value.indexOf(',');
  const header = given.value.slice(0, Math.min(comma, longestHeader));
  if (comma < 0 || !/^data:image\/[\w.+-]+(?:;[\w-]+=[\w.-]+)*;base64$/i.test(header)) throw unusable(given);
  const text = given.value.slice(comma + 1);
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // Buffer passes over what is not base64, so the length tells whether there was any.
  if (bytes.length !== Math.floor(((text.length - padding) * 3) / 4)) throw unusable(given);
  const mediaType = await sniffMediaType(bytes.subarray(0, sniffBytes), bytes.length <= sniffBytes);
  if (!mediaType.startsWith('image/')) throw unusable(given);
  return bytes;
}

function unusable({ field }: GivenPicture): Failure {
  const reason =
    `${field} must be a picture: the filePath of an earlier one, a data URI such as data:image/png;base64,…, ` +
    'or an absolute path inside ATELIER_HOME or a folder of ATELIER_IMPORT';
  return new Failure('invalid-input', `${reason}.`, {
    problems: [{ pointer: `/${field}`, message: reason }],
  });
}
