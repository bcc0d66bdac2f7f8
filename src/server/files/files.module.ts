import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { Files } from './files.service.js';
import { Signatures } from './signatures.js';
import { Storage } from './storage.js';

@Module({
  imports: [AssetsModule, ProjectsModule],
  providers: [Files, Signatures, Storage],
  exports: [Files, Signatures, Storage],
})
export class FilesModule {}
