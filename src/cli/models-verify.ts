import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { sizeText } from '../server/models/size-text.js';
import { verifyModel, type CheckedFile } from '../server/models/verify-model.js';
import { CommandError } from './command-error.js';
import { installedModels } from './models-installed.js';
import { withByteProgress } from './models-progress.js';
import { tableLines } from './table.js';
import { terminal } from './terminal.js';

const states: Readonly<Record<CheckedFile['state'], string>> = {
  ok: 'ok',
  missing: 'missing',
  size: 'another size',
  content: 'another content',
};

export function addModelsVerify(models: Command): void {
  models
    .command('verify')
    .description('read all files again and compare them with what the manifests say')
    .argument('[id]', 'left out, all models')
    .action(async (id: string | undefined) => {
      const config = loadConfig();
      const { catalogue } = await installedModels(config);
      const rows: string[][] = [];
      let bad = 0;
      for (const model of id === undefined ? catalogue.list() : [catalogue.require(id)]) {
        const checked = await withByteProgress((progress) => verifyModel(config, model, progress));
        rows.push(...checked.map((file) => [model.manifest.id, ...rowOf(file)]));
        bad += checked.filter(({ state }) => state !== 'ok').length;
      }
      for (const line of tableLines(rows)) terminal.result(line);
      if (bad > 0) throw new CommandError(advice(bad));
    });
}

function rowOf({ file, state }: CheckedFile): string[] {
  const size = file.bytes === undefined ? '' : sizeText(file.bytes);
  return [
    file.path,
    size,
    state === 'ok' && file.sha256 === undefined ? 'there; no hash is known' : states[state],
  ];
}

function advice(bad: number): string {
  const count = bad === 1 ? 'A file is' : `${bad} files are`;
  return `${count} not as the manifest says; fetch the model again, or, if the change is meant, add it again.`;
}
