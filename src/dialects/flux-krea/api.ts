import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiDefaultResponse, ApiTags } from '@nestjs/swagger';
import { errorSchema } from './wire.js';

/** What the description of the API says of every endpoint of the dialect. */
export const Described = () =>
  applyDecorators(
    ApiTags('FLUX Krea'),
    ApiBearerAuth(),
    ApiDefaultResponse({ description: 'It failed; `error` says why', standardSchema: errorSchema }),
  );
