import { Global, Module } from '@nestjs/common';
import { Counts } from './counts.js';
import { Limits } from './limits.service.js';
import { RequestLimits } from './request-limits.js';

/** How much each account may ask of each dialect. */
@Global()
@Module({ providers: [Counts, Limits, RequestLimits], exports: [Limits, RequestLimits] })
export class LimitsModule {}
