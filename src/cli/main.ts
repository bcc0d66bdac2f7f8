import { Command, CommanderError } from 'commander';
import { Failure } from '@atelier/sdk';
import { version } from '../server/http/version.js';
import { problemLines } from './client.js';
import { CommandError, exitCodes } from './command-error.js';
import { addKeysCreate } from './keys-create.js';
import { addKeysList } from './keys-list.js';
import { addKeysRevoke } from './keys-revoke.js';
import { addKeysRotate } from './keys-rotate.js';
import { addModelsAdd } from './models-add.js';
import { addModelsList } from './models-list.js';
import { addModelsPull } from './models-pull.js';
import { addModelsRemove } from './models-remove.js';
import { addModelsShow } from './models-show.js';
import { addModelsVerify } from './models-verify.js';
import { addPipelinesValidate } from './pipelines-validate.js';
import { addPluginsList } from './plugins-list.js';
import { addPluginsNew } from './plugins-new.js';
import { addRun } from './run.js';
import { addServe } from './serve.js';
import { terminal } from './terminal.js';

const program = new Command('atelier')
  .description('Runs pipelines of nodes that make pictures and video.')
  .version(version)
  .exitOverride()
  .showHelpAfterError('Use --help for more.');

addServe(program);
addRun(program);
const pipelines = program.command('pipelines').description('check pipelines');
addPipelinesValidate(pipelines);
const plugins = program.command('plugins').description('list and write plugins');
addPluginsList(plugins);
addPluginsNew(plugins);
const models = program.command('models').description('add, fetch, check and remove models');
addModelsList(models);
addModelsShow(models);
addModelsAdd(models);
addModelsPull(models);
addModelsVerify(models);
addModelsRemove(models);
const keys = program.command('keys').description('make, list, rotate and revoke API keys');
addKeysCreate(keys);
addKeysList(keys);
addKeysRotate(keys);
addKeysRevoke(keys);

try {
  await program.parseAsync();
} catch (error) {
  // A server that could not start may have started workers, which would keep this process.
  process.exit(explain(error));
}

/** Says what ended the command. Only what nobody foresaw shows its stack. */
function explain(error: unknown): number {
  // commander has said it already: help and version count as done.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  const { message, problems, exitCode } = reportOf(error);
  terminal.failure(message, problems);
  return exitCode;
}

function reportOf(error: unknown): Pick<CommandError, 'message' | 'problems' | 'exitCode'> {
  if (error instanceof CommandError) return error;
  if (Failure.is(error)) return new CommandError(error.message, problemLines(error.details));
  return new CommandError(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
