import { Body, Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller, Local } from '../../server/http/callers.js';
import { departure } from '../../server/http/departure.js';
import { Lifecycle } from '../../server/http/lifecycle.js';
import { Settings } from '../../server/settings/settings.service.js';
import { Described } from './api.js';
import {
  askImageToImage,
  askTextToImage,
  askUpscale,
  imageToImageSchema,
  textToImageSchema,
  upscaleSchema,
} from './generate.wire.js';
import { type Generation, Generations } from './generations.js';
import { madeSchema, toMade } from './history.wire.js';
import { PictureLinks } from './links.js';

type Made = z.output<typeof madeSchema>;
type Work = Omit<Generation, 'caller' | 'gone'>;

/** Each request is open until its picture is finished; whoever leaves before cancels it. */
@Described('Generation')
@Controller('api/generate')
export class GenerateController {
  constructor(
    @Inject(Generations) private readonly generations: Generations,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(PictureLinks) private readonly links: PictureLinks,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
  ) {}

  @Post('text-to-image')
  @Local()
  @HttpCode(200)
  @ApiOperation({ summary: 'Generate an image from a text prompt' })
  @ApiOkResponse({ standardSchema: madeSchema })
  async textToImage(
    @Caller() caller: Principal,
    @Body({ schema: textToImageSchema }) body: z.output<typeof textToImageSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Made> {
    const { prompt, negativePrompt } = body;
    const asked = askTextToImage(body, await this.settings.get());
    const work: Work = { tool: 'text_to_image', prompt, negativePrompt, ...asked };
    return this.make(work, caller, request, reply);
  }

  @Post('image-to-image')
  @Local()
  @HttpCode(200)
  @ApiOperation({ summary: 'Transform an image using a text prompt' })
  @ApiOkResponse({ standardSchema: madeSchema })
  async imageToImage(
    @Caller() caller: Principal,
    @Body({ schema: imageToImageSchema }) body: z.output<typeof imageToImageSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Made> {
    const { prompt, negativePrompt } = body;
    const picture = { field: 'seedImage', value: body.seedImage };
    const asked = askImageToImage(body, await this.settings.get());
    const work: Work = { tool: 'image_to_image', prompt, negativePrompt, picture, ...asked };
    return this.make(work, caller, request, reply);
  }

  @Post('upscale')
  @Local()
  @HttpCode(200)
  @ApiOperation({ summary: 'Upscale an image to a higher resolution' })
  @ApiOkResponse({ standardSchema: madeSchema })
  async upscale(
    @Caller() caller: Principal,
    @Body({ schema: upscaleSchema }) body: z.output<typeof upscaleSchema>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Made> {
    const picture = { field: 'imagePath', value: body.imagePath };
    const work: Work = { tool: 'upscale', prompt: '', picture, ...askUpscale(body) };
    return this.make(work, caller, request, reply);
  }

  private async make(
    work: Work,
    caller: Principal,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Made> {
    const gone = departure(reply, this.lifecycle.stopping);
    const entry = await this.generations.make({ ...work, caller, gone });
    return toMade(entry, this.links.from(request, caller.accountId));
  }
}
