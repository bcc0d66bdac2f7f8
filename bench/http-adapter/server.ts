import 'reflect-metadata';
import { Body, Controller, Get, Module, Post, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { z } from 'zod';

const schema = z.object({ project_id: z.string().optional(), inputs: z.record(z.string(), z.unknown()) });

@Controller('v1')
class Jobs {
  @Get('jobs/:id')
  job() {
    return { job_id: 'job_1', status: 'processing', progress: 45 };
  }

  @Post('tools/:id/execute')
  execute(@Body({ schema }) body: z.output<typeof schema>) {
    return { job_id: 'job_1', status: 'processing', given: Object.keys(body.inputs).length };
  }
}

@Module({ controllers: [Jobs] })
class App {}

const adapter = process.argv.at(-1) === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(App, adapter, { logger: false });
app.useGlobalPipes(new StandardSchemaValidationPipe());
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
