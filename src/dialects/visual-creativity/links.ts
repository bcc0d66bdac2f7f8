import { Inject, Injectable } from '@nestjs/common';
import { Signatures } from '../../server/files/signatures.js';
import { PublicAddress } from '../../server/http/public-address.js';
import type { Link } from './generate.wire.js';

/** A webhook is tried for three days. */
const lastingSeconds = 7 * 86_400;

/** Addresses of pictures that work without a key. */
@Injectable()
export class PictureLinks {
  constructor(
    @Inject(Signatures) private readonly signatures: Signatures,
    @Inject(PublicAddress) private readonly address: PublicAddress,
  ) {}

  /** @param origin under which the caller reaches this server */
  from(origin: string, accountId: string, validSeconds?: number): Link {
    return ({ id, inputs }) => {
      const { expires, signature } = this.signatures.sign(subject(accountId, id), validSeconds);
      const query = new URLSearchParams({ account: accountId, expires: String(expires), signature });
      return `${origin}/v1/generate/image/${id}.${String(inputs.format)}?${query}`;
    };
  }

  /** For messages, which may arrive days after they were written. */
  lasting(accountId: string): Link {
    return this.from(this.address.origin, accountId, lastingSeconds);
  }

  /** @throws Failure `forbidden` when the address was not given out here, or is too old */
  check(accountId: string, id: string, expires: number, signature: string): void {
    this.signatures.check(subject(accountId, id), { expires, signature });
  }
}

/** Cannot be the id of a file, whose signatures have the same secret. */
function subject(accountId: string, id: string): string {
  return `generation/${accountId}/${id}`;
}
