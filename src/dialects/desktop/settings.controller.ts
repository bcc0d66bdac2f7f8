import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { Failure } from '@atelier/sdk';
import type { z } from 'zod';
import { Owner } from '../../server/accounts/owner.service.js';
import type { Principal } from '../../server/accounts/principal.js';
import { Caller, Local } from '../../server/http/callers.js';
import { Settings } from '../../server/settings/settings.service.js';
import { Described } from './api.js';
import {
  settingsAnswerSchema,
  settingsChangedSchema,
  settingsChangeSchema,
  toChange,
} from './settings.wire.js';

@Described('Settings')
@Controller('api/settings')
export class SettingsController {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Owner) private readonly owner: Owner,
  ) {}

  @Get()
  @Local()
  @ApiOperation({ summary: 'Get the settings' })
  @ApiOkResponse({ standardSchema: settingsAnswerSchema })
  async get(): Promise<z.output<typeof settingsAnswerSchema>> {
    return { success: true, data: await this.settings.get() };
  }

  @Put()
  @Local()
  @ApiOperation({ summary: 'Change the settings that are named' })
  @ApiOkResponse({ standardSchema: settingsChangedSchema })
  async change(
    @Caller() { accountId }: Principal,
    @Body({ schema: settingsChangeSchema }) body: z.output<typeof settingsChangeSchema>,
  ): Promise<z.output<typeof settingsChangedSchema>> {
    if (accountId !== this.owner.principal.accountId) {
      throw new Failure('forbidden', 'Only the owner of this server may change its settings.');
    }
    return { success: true, message: 'Settings updated', data: await this.settings.change(toChange(body)) };
  }
}
