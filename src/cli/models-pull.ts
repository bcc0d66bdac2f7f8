import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { reportAdded } from './models-add.js';
import { withByteProgress } from './models-progress.js';

interface Options {
  revision?: string;
  id?: string;
}

export function addModelsPull(models: Command): void {
  models
    .command('pull')
    .description('fetch a model from the Hugging Face hub; once more after a cut goes on where it was')
    .argument('<repository>', 'OWNER/NAME, of a model in ONNX form')
    .option('--revision <revision>', 'a branch, tag or commit')
    .option('--id <id>', "what requests call it; left out, the repository's name")
    .action(async (repository: string, options: Options) => {
      const { pullModel } = await import('../server/models/pull-model.js');
      const request = { repository, ...options };
      reportAdded(await withByteProgress((progress) => pullModel(loadConfig(), request, progress)));
    });
}
