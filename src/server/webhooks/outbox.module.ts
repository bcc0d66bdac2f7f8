import { Module } from '@nestjs/common';
import { Outbox } from './outbox.js';

/** Apart from what delivers, since whoever has something to tell needs no more than this. */
@Module({ providers: [Outbox], exports: [Outbox] })
export class OutboxModule {}
