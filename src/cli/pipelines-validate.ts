import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { problemLines } from './client.js';
import { CommandError } from './command-error.js';
import { readPipelineFile } from './pipeline-file.js';
import { withServer } from './server-access.js';
import { terminal } from './terminal.js';

export function addPipelinesValidate(pipelines: Command): void {
  pipelines
    .command('validate')
    .description('list everything that is wrong with a pipeline, each with its place')
    .argument('<file>', 'a pipeline in a .json file')
    .action(async (file: string) => {
      const document = await readPipelineFile(file);
      const answer = await withServer(loadConfig(), (client) =>
        client.post('/v1/pipelines/validate', document),
      );
      const problems = problemLines(answer);
      if (problems.length > 0) {
        throw new CommandError(
          `${file} has ${problems.length === 1 ? 'an error' : `${problems.length} errors`}:`,
          problems,
        );
      }
      terminal.result(`${file} is valid.`);
    });
}
