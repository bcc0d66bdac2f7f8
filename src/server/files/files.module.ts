import { Module } from '@nestjs/common';
import { AssetsModule } from '../assets/assets.module.js';
import { Files } from './files.service.js';
import { Signatures } from './signatures.js';

@Module({ imports: [AssetsModule], providers: [Files, Signatures], exports: [Files, Signatures] })
export class FilesModule {}
