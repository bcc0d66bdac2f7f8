import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Workers } from '../../server/devices/workers.js';
import { Caller } from '../../server/http/callers.js';
import { Dispatcher } from '../../server/jobs/dispatcher.js';
import { JobRuns } from '../../server/jobs/job-runs.js';
import { Pipelines } from '../../server/pipelines/pipelines.service.js';
import { Tools } from '../../server/tools/tools.service.js';
import { Described } from './api.js';
import { pluginListSchema, systemSchema, toPluginList, toSystem } from './service.wire.js';

@Described('Service')
@Controller('v1')
export class ServiceController {
  constructor(
    @Inject(Workers) private readonly workers: Workers,
    @Inject(Tools) private readonly tools: Tools,
    @Inject(Pipelines) private readonly pipelines: Pipelines,
    @Inject(JobRuns) private readonly runs: JobRuns,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
  ) {}

  @Get('plugins')
  @ApiOperation({ summary: 'List plugins and their nodes' })
  @ApiOkResponse({ standardSchema: pluginListSchema })
  plugins(): z.output<typeof pluginListSchema> {
    return toPluginList(this.workers);
  }

  @Get('system')
  @ApiOperation({ summary: 'Versions, devices and counts' })
  @ApiOkResponse({ standardSchema: systemSchema })
  async system(@Caller() { accountId }: Principal): Promise<z.output<typeof systemSchema>> {
    const tools = await this.tools.list(accountId);
    const pipelines = await this.pipelines.list(accountId);
    const counted = { tools: tools.length, pipelines: pipelines.length, jobs: this.runs.size };
    return toSystem(this.workers, this.dispatcher.devices(), counted);
  }
}
