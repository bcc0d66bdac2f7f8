import { type Command, Option } from 'commander';
import type { Json, PortSpec } from '@atelier/sdk';
import { loadConfig } from '../config.js';
import { type Client, problemLines } from './client.js';
import { exitCodes, misused } from './command-error.js';
import { followJob } from './follow.js';
import { type Assignment, byName, readAssignment, readInputs, single, undeclared } from './inputs.js';
import { writeOutputs, type WrittenOutput } from './outputs.js';
import { readPipelineFile } from './pipeline-file.js';
import { openProgress } from './progress.js';
import { changedModels, checkFiles, readRecipe } from './recipe.js';
import { withServer } from './server-access.js';
import { terminal } from './terminal.js';

interface Options {
  from?: string;
  set: Assignment[];
  file: Assignment[];
  out: string;
  json?: true;
  outputs?: string[];
}

/** A pipeline as the server knows it, as a file holds it, or as a picture says that it was made. */
interface Source {
  pipeline: Json;
  declared: Record<string, PortSpec>;
  /** what is not given otherwise */
  inputs: Record<string, Json>;
}

/** What is read of `GET /v1/jobs/{id}`. */
interface EndedJob {
  status: 'completed' | 'failed' | 'cancelled';
  result?: { outputs: Record<string, Json> };
  error?: { code: string; message: string; details: Record<string, Json> };
  warnings: { node: string; message: string }[];
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('run a tool or pipeline and write its results to a folder')
    .argument('[pipeline]', 'the id of a tool or pipeline, or a pipeline in a .json file')
    .option(
      '--from <picture>',
      'make a picture again from what its PNG file says; --set and --file change it',
    )
    .addOption(assignments('--set <name=value>', 'give an input a value; several times for a list'))
    .addOption(assignments('--file <name=path>', 'give an input a file; several times for a list'))
    .requiredOption('--out <dir>', 'the folder for the results; it is made when it is not there')
    .option('--outputs <names>', 'make only these outputs, separated by commas', (names) => names.split(','))
    .option('--json', 'end with one line of JSON: { jobId, status, outputs }')
    .action(async (pipeline: string | undefined, options: Options) => {
      process.exitCode = await withServer(loadConfig(), (client) => run(client, pipeline, options));
    });
}

function assignments(flags: string, description: string): Option {
  const [name = ''] = flags.split(' ');
  const collect = (text: string, before: Assignment[]): Assignment[] => [
    ...before,
    readAssignment(name, text),
  ];
  return new Option(flags, description).default([], 'none').argParser(collect);
}

async function run(client: Client, pipeline: string | undefined, options: Options): Promise<number> {
  const source = await findSource(client, pipeline, options);
  const inputs = {
    ...source.inputs,
    ...readInputs(source.declared, options.set),
    ...(await upload(client, source.declared, options)),
  };
  const accepted = await client.post('/v1/jobs', {
    pipeline: source.pipeline,
    inputs,
    outputs: options.outputs,
  });
  const jobId = (accepted as { job_id: string }).job_id;
  const isInterrupted = await watch(client, jobId);
  const job = (await client.get(`/v1/jobs/${jobId}`)) as unknown as EndedJob;
  for (const { node, message } of job.warnings) terminal.note(`Warning: ${node}: ${message}`);
  const outputs = await writeOutputs(client, job.result?.outputs ?? {}, options.out);
  report(jobId, job, outputs, options.json === true);
  if (isInterrupted && job.status === 'cancelled') return exitCodes.interrupted;
  return job.status === 'completed' ? exitCodes.done : exitCodes.failed;
}

async function findSource(
  client: Client,
  pipeline: string | undefined,
  { from, file }: Options,
): Promise<Source> {
  if ((pipeline === undefined) === (from === undefined))
    throw misused('Name a pipeline, or a picture with --from.');
  if (from !== undefined) {
    const recipe = await readRecipe(from);
    await checkFiles(recipe, byName(file));
    for (const id of await changedModels(recipe, loadConfig()))
      terminal.note(
        `Warning: the model ${id} is not the one that made the picture; it may come out otherwise.`,
      );
    return recipe;
  }
  if (pipeline!.endsWith('.json')) return declaring(await readPipelineFile(pipeline!));
  const { document } = (await client.get(`/v1/pipelines/${encodeURIComponent(pipeline!)}`)) as {
    document: Json;
  };
  return { ...declaring(document), pipeline: pipeline! };
}

function declaring(document: Json): Source {
  const { inputs = {} } = document as { inputs?: Source['declared'] };
  return { pipeline: document, declared: inputs, inputs: {} };
}

async function upload(
  client: Client,
  declared: Source['declared'],
  { set, file }: Options,
): Promise<Record<string, Json>> {
  const files = byName(file);
  for (const [name, paths] of files) {
    if (!Object.hasOwn(declared, name)) throw undeclared(name, Object.keys(declared));
    if (declared[name]?.type !== 'list') single(name, paths);
    if (set.some((assignment) => assignment.name === name))
      throw misused(`Give the input "${name}" with --set or --file, not both.`);
  }
  const inputs: Record<string, Json> = {};
  for (const [name, paths] of files) {
    const ids: string[] = [];
    for (const path of paths) ids.push(await client.upload(path));
    inputs[name] = declared[name]?.type === 'list' ? ids : (ids[0] ?? null);
  }
  return inputs;
}

/** Shows the job until it has ended. Ctrl-C cancels it and waits for that; a second one leaves at once. */
async function watch(client: Client, jobId: string): Promise<boolean> {
  const progress = openProgress();
  let isInterrupted = false;
  const interrupt = (): void => {
    if (isInterrupted) process.exit(exitCodes.interrupted);
    isInterrupted = true;
    terminal.note('Cancelling; press Ctrl-C again to leave at once.');
    // A job that has just ended cannot be cancelled, and then its end is on its way.
    client.post(`/v1/jobs/${jobId}/cancel`).catch(() => undefined);
  };
  process.on('SIGINT', interrupt);
  try {
    await followJob(client.access, jobId, (event) => progress.show(event));
  } finally {
    process.off('SIGINT', interrupt);
    progress.end();
  }
  return isInterrupted;
}

function report(jobId: string, job: EndedJob, outputs: Record<string, WrittenOutput>, asJson: boolean): void {
  const { status, error } = job;
  if (asJson) terminal.result(JSON.stringify({ jobId, status, outputs, ...(error && { error }) }));
  else for (const file of Object.values(outputs).flatMap(filesOf)) terminal.result(file);
  if (status === 'cancelled') terminal.note('The job was cancelled.');
  if (error) terminal.failure(error.message, problemLines(error.details));
}

function filesOf(output: WrittenOutput): string[] {
  if (output === null) return [];
  return Array.isArray(output) ? output.flatMap(filesOf) : [output.path];
}
