import { z } from 'zod';
import type { SettingValues } from '../../server/settings/settings.service.js';
import { bodySchema, cfgScale, maybe, side, steps } from './wire.js';

export const settingsSchema = z
  .object({
    storagePath: z.string().describe('Where pictures are written; relative to ATELIER_HOME'),
    defaultWidth: z.int(),
    defaultHeight: z.int(),
    defaultSteps: z.int(),
    defaultCfgScale: z.number(),
  })
  .meta({ id: 'Settings' });

export const settingsAnswerSchema = z.object({ success: z.literal(true), data: settingsSchema });

export const settingsChangedSchema = settingsAnswerSchema.extend({ message: z.literal('Settings updated') });

export const settingsChangeSchema = bodySchema({
  storagePath: maybe(
    z
      .string({ error: 'storagePath must be text' })
      .min(1, { error: 'storagePath must not be empty' })
      .max(1000, { error: 'storagePath is too long' }),
  ).describe('Inside ATELIER_HOME or a folder of ATELIER_IMPORT'),
  defaultWidth: maybe(side('defaultWidth')),
  defaultHeight: maybe(side('defaultHeight')),
  defaultSteps: maybe(steps('defaultSteps')),
  defaultCfgScale: maybe(cfgScale('defaultCfgScale')),
});

export function toChange(body: z.output<typeof settingsChangeSchema>): Partial<SettingValues> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}
