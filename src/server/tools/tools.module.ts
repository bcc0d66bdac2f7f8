import { Module } from '@nestjs/common';
import { PipelinesModule } from '../pipelines/pipelines.module.js';
import { Tools } from './tools.service.js';

@Module({ imports: [PipelinesModule], providers: [Tools], exports: [Tools] })
export class ToolsModule {}
