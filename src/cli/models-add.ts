import path from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { sizeText } from '../server/models/size-text.js';
import type { ModelView } from '../server/models/model-view.js';
import { withByteProgress } from './models-progress.js';
import { terminal } from './terminal.js';

export function addModelsAdd(models: Command): void {
  models
    .command('add')
    .description('register the model in a folder; its files stay where they are')
    .argument('<folder>', 'a diffusers-style folder of ONNX files, a single upscaler, or a ControlNet')
    .option('--id <id>', "what requests call it; left out, the folder's name")
    .action(async (folder: string, { id }: { id?: string }) => {
      // What reads models takes a while to load, which the other commands need not wait for.
      const { addModel } = await import('../server/models/add-model.js');
      const request = { folder: path.resolve(folder), id };
      const model = await withByteProgress((progress) => addModel(loadConfig(), request, progress));
      reportAdded(model);
    });
}

/** What there is now, as `add` and `pull` end. */
export function reportAdded({ id, family, bytes, capabilities }: ModelView): void {
  const uses = capabilities.join(', ') || 'no tool that there is';
  terminal.result(`The model ${id} is there: family ${family}, ${sizeText(bytes ?? 0)}, for ${uses}.`);
}
