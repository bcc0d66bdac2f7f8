import { Module } from '@nestjs/common';
import { Credits } from './credits.service.js';

@Module({ providers: [Credits], exports: [Credits] })
export class CreditsModule {}
