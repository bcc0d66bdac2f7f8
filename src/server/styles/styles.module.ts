import { Module } from '@nestjs/common';
import { OutboxModule } from '../webhooks/outbox.module.js';
import { StyleNews } from './style-news.js';
import { Styles } from './styles.service.js';

@Module({ imports: [OutboxModule], providers: [StyleNews, Styles], exports: [Styles] })
export class StylesModule {}
