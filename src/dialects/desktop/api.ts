import { applyDecorators } from '@nestjs/common';
import { ApiDefaultResponse, ApiTags } from '@nestjs/swagger';
import { errorSchema } from './wire.js';

/** What the description of the API says of every endpoint of a controller. */
export const Described = (tag: string) =>
  applyDecorators(
    ApiTags(tag),
    ApiDefaultResponse({ description: 'It failed; `code` says why', standardSchema: errorSchema }),
  );
