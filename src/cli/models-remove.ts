import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { removeModel } from '../server/models/remove-model.js';
import { sizeText } from '../server/models/size-text.js';
import { terminal } from './terminal.js';

export function addModelsRemove(models: Command): void {
  models
    .command('remove')
    .description('forget a model; files that were fetched are deleted, a folder of yours is not')
    .argument('<id>')
    .action(async (id: string) => {
      const { bytes, left } = await removeModel(loadConfig(), id);
      const freed = bytes > 0 ? ` ${sizeText(bytes)} are free again.` : '';
      const kept = left === null ? '' : ` Its files stay in ${left}.`;
      terminal.result(`The model ${id} is removed.${freed}${kept}`);
    });
}
