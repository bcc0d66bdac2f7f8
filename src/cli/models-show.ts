import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { sizeText } from '../server/models/size-text.js';
import { installedModels } from './models-installed.js';
import { tableLines } from './table.js';
import { terminal } from './terminal.js';

export function addModelsShow(models: Command): void {
  models
    .command('show')
    .description('show what is known of a model')
    .argument('<id>')
    .action(async (id: string) => {
      const installed = await installedModels(loadConfig());
      const { manifest, sha256, folder } = installed.catalogue.require(id);
      const { memory, upscale } = manifest;
      const rows = [
        ['id', manifest.id],
        ['name', manifest.name],
        ['version', manifest.version],
        ['family', manifest.family],
        ['capabilities', manifest.capabilities.join(', ')],
        ['licence', manifest.licence ?? 'not said'],
        ['priority', String(manifest.priority)],
        ['memory', `${memory.weights} MiB, ${memory.working} MiB more at work`],
        ['defaults', facts(manifest.defaults)],
        ['limits', facts(manifest.limits)],
        ['upscale', upscale === undefined ? 'no' : facts(upscale)],
        ['digest', sha256],
        ['folder', folder],
      ];
      for (const line of tableLines(rows.filter(([, value]) => value !== ''))) terminal.result(line);
      const files = manifest.files.map((file) => [
        '  ' + file.path,
        file.bytes === undefined ? '' : sizeText(file.bytes),
      ]);
      for (const line of ['files', ...tableLines(files)]) terminal.result(line);
    });
}

function facts(record: object): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
