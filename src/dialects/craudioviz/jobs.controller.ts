import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiProduces } from '@nestjs/swagger';
import type { Json } from '@atelier/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isTerminal } from '../../engine/job-state.js';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { Lifecycle } from '../../server/http/lifecycle.js';
import { repeatable } from '../../server/idempotency/repeatable.js';
import { Jobs } from '../../server/jobs/jobs.service.js';
import { streamEvents } from '../../server/realtime/event-stream.js';
import { Described } from './api.js';
import {
  acceptedSchema,
  type JobBody,
  jobListQuerySchema,
  jobPageSchema,
  jobSchema,
  submitSchema,
  toAccepted,
  toJob,
} from './jobs.wire.js';
import { Links } from './links.js';
import { hasMore, idSchema } from './wire.js';

const afterSchema = z.object({
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the number of an event')
    .optional(),
});

@Described('Jobs')
@Controller('v1/jobs')
export class JobsController {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(Links) private readonly links: Links,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({ summary: 'Run a pipeline, stored or sent along' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Sent again within 24 hours, it gives the same job',
  })
  @ApiAcceptedResponse({ standardSchema: acceptedSchema })
  async submit(
    @Caller() { accountId, sandbox, weight }: Principal,
    @Body({ schema: submitSchema }) body: z.output<typeof submitSchema>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof acceptedSchema>> {
    const { pipeline, inputs, outputs, project_id: projectId } = body;
    const job = await this.jobs.submit(
      { accountId, sandbox, weight, pipeline, inputs, outputs, projectId: projectId ?? undefined },
      repeatable(request, accountId, body as Json),
    );
    return toAccepted(job);
  }

  @Get()
  @ApiOperation({ summary: 'List jobs, the newest first' })
  @ApiOkResponse({ standardSchema: jobPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: jobListQuerySchema })
    { project_id: projectId, ...page }: z.output<typeof jobListQuerySchema>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof jobPageSchema>> {
    const { jobs, total } = await this.jobs.list(accountId, { ...page, projectId });
    const link = this.links.from(request);
    return { jobs: jobs.map((job) => toJob(job, link)), total, has_more: hasMore(page, jobs.length, total) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Check job status' })
  @ApiOkResponse({ standardSchema: jobSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobBody> {
    return toJob(await this.jobs.get(accountId, id), this.links.from(request));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Cancel a job; doing it twice changes nothing' })
  @ApiOkResponse({ standardSchema: jobSchema })
  async cancel(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<JobBody> {
    return toJob(await this.jobs.cancel(accountId, id), this.links.from(request));
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Run a failed or cancelled job again, as a new one' })
  @ApiAcceptedResponse({ standardSchema: acceptedSchema })
  async retry(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof acceptedSchema>> {
    return toAccepted(await this.jobs.retry(accountId, id));
  }

  @Get(':id/events')
  @ApiOperation({ summary: 'Follow a job as server-sent events, from the beginning or after an event' })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'As `after`; browsers send it by themselves',
  })
  @ApiProduces('text/event-stream')
  async events(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) jobId: string,
    @Query({ schema: afterSchema }) { after }: z.output<typeof afterSchema>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const job = await this.jobs.get(accountId, jobId);
    const lastSeq = Number(after ?? lastEventId(request) ?? 0);
    const source = { jobs: this.jobs, accountId, jobId, lastSeq, hasEnded: isTerminal(job.status) };
    await streamEvents(reply, source, this.lifecycle.stopping);
  }
}

function lastEventId({ headers }: FastifyRequest): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? id : undefined;
}
