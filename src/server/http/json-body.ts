import type { FastifyInstance } from 'fastify';
import { Failure } from '@atelier/sdk';
import { parseJson } from '../../engine/json.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The bodies that are taken: JSON, and multipart, which its handler reads from the stream itself.
 * Anything else is refused with 415.
 */
export function registerBodyParsers(fastify: FastifyInstance, limitBytes: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    /^application\/([\w.-]+\+)?json\s*(;|$)/i,
    { parseAs: 'buffer', bodyLimit: limitBytes },
    async (_request: unknown, body: Buffer) => parseBody(body),
  );
  fastify.addContentTypeParser(/^multipart\/form-data\s*;/i, async () => undefined);
}

/** A body that is empty counts as left out: many clients name a type for every POST. */
function parseBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = utf8.decode(body);
  } catch (error) {
    throw new Failure('invalid-input', 'The body is not UTF-8.', {}, { cause: error });
  }
  return parseJson(text);
}
