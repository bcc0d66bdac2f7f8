import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { sizeText } from '../server/models/size-text.js';
import { installedModels } from './models-installed.js';
import { tableLines } from './table.js';
import { terminal } from './terminal.js';

export function addModelsList(models: Command): void {
  models
    .command('list')
    .description('list the installed models')
    .action(async () => {
      const installed = await installedModels(loadConfig());
      const rows = installed
        .list()
        .map(({ id, family, bytes, capabilities }) => [
          id,
          family,
          bytes === null ? '' : sizeText(bytes),
          capabilities
            .map((name) => (installed.bestFor({ capabilities: [name] })?.id === id ? `${name}*` : name))
            .join(', '),
        ]);
      for (const line of tableLines(rows)) terminal.result(line);
      if (rows.length > 0) terminal.note('* is taken for this when nobody names a model.');
      else terminal.note('No model is installed; “atelier models add FOLDER” or “pull REPO” brings one.');
    });
}
