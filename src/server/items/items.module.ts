import { Module } from '@nestjs/common';
import { FilesModule } from '../files/files.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { Items } from './items.service.js';
import { ProjectRemoval } from './project-removal.js';

@Module({
  imports: [FilesModule, ProjectsModule],
  providers: [Items, ProjectRemoval],
  exports: [Items, ProjectRemoval],
})
export class ItemsModule {}
