import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiDefaultResponse, ApiTags } from '@nestjs/swagger';
import { errorSchema } from './wire.js';

/** What the description of the API says of every endpoint of a controller. */
export const Described = (tag: string) =>
  applyDecorators(
    ApiTags(tag),
    ApiBearerAuth(),
    ApiDefaultResponse({ description: 'It failed; `details.reason` says why', standardSchema: errorSchema }),
  );
