import { Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Config } from '../../config.js';
import { ModelCatalogue } from '../../runtime/models/catalogue.js';
import { CONFIG } from '../config.token.js';
import { Models } from './models.service.js';

async function openModels(config: Config, log: PinoLogger): Promise<Models> {
  const models = new Models(config);
  const complain = (): void => {
    for (const problem of models.problems) log.warn(problem, problem.message);
  };
  models.onChange(complain);
  await models.refresh();
  const { defaultModel } = config;
  if (defaultModel !== '' && models.catalogue.get(defaultModel) === undefined) {
    log.warn(`ATELIER_DEFAULT_MODEL names ${defaultModel}, which is not installed; another one is taken`);
  }
  return models;
}

@Module({
  providers: [
    { provide: Models, inject: [CONFIG, PinoLogger], useFactory: openModels },
    { provide: ModelCatalogue, inject: [Models], useFactory: ({ catalogue }: Models) => catalogue },
  ],
  exports: [ModelCatalogue, Models],
})
export class ModelsModule {}
