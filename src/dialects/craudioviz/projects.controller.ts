import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller } from '../../server/http/callers.js';
import { Items } from '../../server/items/items.service.js';
import { ProjectRemoval } from '../../server/items/project-removal.js';
import { Projects } from '../../server/projects/projects.service.js';
import { Described } from './api.js';
import { deletedSchema } from './files.wire.js';
import { repeatable } from '../../server/idempotency/repeatable.js';
import { toItem } from './items.wire.js';
import { Links } from './links.js';
import {
  type ProjectBody,
  projectCreateSchema,
  projectListQuerySchema,
  projectPageSchema,
  projectSchema,
  projectUpdateSchema,
  projectWithItemsSchema,
  toProject,
} from './projects.wire.js';
import { hasMore, idSchema } from './wire.js';

const shownItems = 100;

@Described('Projects')
@Controller('v1/projects')
export class ProjectsController {
  constructor(
    @Inject(Projects) private readonly projects: Projects,
    @Inject(Items) private readonly items: Items,
    @Inject(ProjectRemoval) private readonly removal: ProjectRemoval,
    @Inject(Links) private readonly links: Links,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Create a project' })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Sent again within 24 hours, it gives the same project',
  })
  @ApiCreatedResponse({ standardSchema: projectSchema })
  async create(
    @Caller() { accountId }: Principal,
    @Body({ schema: projectCreateSchema }) fields: z.output<typeof projectCreateSchema>,
    @Req() request: FastifyRequest,
  ): Promise<ProjectBody> {
    return toProject(await this.projects.create(accountId, fields, repeatable(request, accountId, fields)));
  }

  @Get()
  @ApiOperation({ summary: 'List projects' })
  @ApiOkResponse({ standardSchema: projectPageSchema })
  async list(
    @Caller() { accountId }: Principal,
    @Query({ schema: projectListQuerySchema })
    { tags, 'tags[]': more, ...page }: z.output<typeof projectListQuerySchema>,
  ): Promise<z.output<typeof projectPageSchema>> {
    const { projects, total } = await this.projects.list(accountId, { ...page, tags: [...tags, ...more] });
    return { projects: projects.map(toProject), total, has_more: hasMore(page, projects.length, total) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a project with its items' })
  @ApiOkResponse({ standardSchema: projectWithItemsSchema })
  async get(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof projectWithItemsSchema>> {
    const project = await this.projects.get(accountId, id);
    const { items } = await this.items.list(accountId, id, { limit: shownItems, offset: 0 });
    const link = this.links.from(request);
    return { ...toProject(project), items: items.map((item) => toItem(item, link)) };
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change what is said of a project; what is left out stays' })
  @ApiOkResponse({ standardSchema: projectSchema })
  async update(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: projectUpdateSchema }) change: z.output<typeof projectUpdateSchema>,
  ): Promise<ProjectBody> {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    return toProject(await this.projects.update(accountId, id, given));
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Delete a project and its items',
    description:
      'The files of its items are deleted with them. Uploads and jobs stay and have no project any more.',
  })
  @ApiOkResponse({ standardSchema: deletedSchema })
  async delete(
    @Caller() { accountId }: Principal,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<z.output<typeof deletedSchema>> {
    await this.removal.remove(accountId, id);
    return { deleted: true, id };
  }
}
