import { Module } from '@nestjs/common';
import { FilesModule } from '../files/files.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { ToolsModule } from '../tools/tools.module.js';
import { Assistant } from './assistant.service.js';
import { Chats } from './chats.service.js';
import { LanguageModel } from './llm/language-model.js';

@Module({
  imports: [FilesModule, JobsModule, ProjectsModule, ToolsModule],
  providers: [Assistant, Chats, LanguageModel],
  exports: [Assistant, Chats],
})
export class AssistantModule {}
