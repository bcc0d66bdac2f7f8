import { Module } from '@nestjs/common';
import { OutboxModule } from '../webhooks/outbox.module.js';
import { Holds } from './holds.service.js';

@Module({ imports: [OutboxModule], providers: [Holds], exports: [Holds] })
export class HoldsModule {}
