import { mkdir, readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import { DiffusionError, familyOfClass, readGraphFile, wantedFiles } from '@atelier/diffusion';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import { FileDigests } from '../../runtime/models/file-digests.js';
import { modelIdPattern } from '../../runtime/models/manifest.js';
import { addModel, badId, idFrom, refuseTaken, type ByteProgress } from './add-model.js';
import { fetchFile, missingBytes, type Fetching } from './fetch-file.js';
import { Hub, type HubFile } from './hub.js';
import type { ModelView } from './model-view.js';
import type { ModelSettings } from './models.service.js';
import { digestFolder, ownModels } from './places.js';
import { sizeText } from './size-text.js';

export interface PullRequest {
  /** `owner/name` */
  repository: string;
  /** a branch, tag or commit; left out: the hub's default branch */
  revision?: string;
  /** left out: the name of the repository */
  id?: string;
}

type Place = ModelSettings & Pick<Config, 'hub'>;

const repositoryPattern = /^[\w.-]+(\/[\w.-]+)?$/;
const denoiserPattern = /^(unet|transformer|denoiser)/;

/**
 * Fetches a model from the hub, only the files that it needs, and adds it. What an earlier try has fetched is kept.
 * @throws Failure `invalid-input`, `conflict`, `not-found`, `forbidden`, `unavailable` and `storage-full` before anything large is
 * fetched; `model-missing`, `model-invalid` for a repository that holds no model that can be run
 */
export async function pullModel(
  config: Place,
  request: PullRequest,
  progress: ByteProgress,
): Promise<ModelView> {
  const { repository: name, revision } = request;
  if (!repositoryPattern.test(name))
    throw new Failure('invalid-input', `“${name}” names no repository; write OWNER/NAME.`);
  const id = request.id ?? idFrom(path.posix.basename(name));
  if (!modelIdPattern.test(id)) throw badId(id);
  const folder = path.join(ownModels(config), id);
  await refuseTaken(config, id, folder);
  const hub = new Hub(config.hub);
  const repository = await hub.repository(name, revision);
  await mkdir(folder, { recursive: true });
  const digests = new FileDigests(digestFolder(config));
  const files = await fetchModel({ hub, repository, folder, digests, progress });
  const { commit, licence } = repository;
  const sources = new Map(files.map((file) => [file.path, hub.urlOf(repository, file.path)]));
  return addModel(
    config,
    { folder, id, facts: { name, version: commit.slice(0, 12), licence }, sources },
    silent,
  );
}

const silent: ByteProgress = { file: () => undefined, read: () => undefined };

/** Texts first, for they tell whether the rest is worth its gigabytes; then the graphs, which name their weights; then those. */
async function fetchModel(fetching: Fetching): Promise<HubFile[]> {
  const { name, files } = fetching.repository;
  const known = new Map(files.filter(({ path: file }) => isInside(file)).map((file) => [file.path, file]));
  const wanted = wantedFiles([...known.keys()]);
  refuseOthers(name, wanted);
  const listed = (paths: readonly string[]): HubFile[] => paths.map((file) => known.get(file)!);
  const texts = listed(wanted.texts);
  const graphs = listed(wanted.graphs);
  await fetchAll(fetching, texts);
  await refuseClass(fetching.folder);
  await fetchAll(fetching, graphs);
  const weights = listed(await weightsOf(fetching.folder, wanted.graphs, known));
  await fetchAll(fetching, weights);
  return [...texts, ...graphs, ...weights];
}

async function fetchAll(fetching: Fetching, files: readonly HubFile[]): Promise<void> {
  await requireSpace(fetching, files);
  for (const file of files) await fetchFile(fetching, file);
}

function isInside(file: string): boolean {
  return !path.posix.isAbsolute(file) && !file.split(/[\\/]/).includes('..');
}

function refuseOthers(name: string, { texts, graphs }: ReturnType<typeof wantedFiles>): void {
  if (graphs.length === 0) {
    const message = `${name} has no model in ONNX form that is known here; a model of PyTorch is exported with “optimum-cli export onnx -m ${name} --task text-to-image FOLDER” and added with “atelier models add FOLDER”.`;
    throw new Failure('model-missing', message);
  }
  const isPipeline = graphs.some((graph) => denoiserPattern.test(graph));
  if (!isPipeline || texts.some((file) => file.startsWith('tokenizer/'))) return;
  const message = `${name} has no tokenizer, so that it cannot read prompts; fetch it by hand, put the tokenizer of the original model beside it, and add the folder.`;
  throw new Failure('model-missing', message);
}

/** A pipeline that cannot be run is refused before its weights are fetched. */
async function refuseClass(folder: string): Promise<void> {
  const text = await readFile(path.join(folder, 'model_index.json'), 'utf8').catch(() => '{}');
  try {
    const { _class_name: name } = JSON.parse(text) as { _class_name?: unknown };
    if (typeof name === 'string') familyOfClass(name);
  } catch (error) {
    if (error instanceof DiffusionError) throw new Failure(error.code, error.message);
    throw new Failure('model-invalid', 'model_index.json of the repository is no JSON.');
  }
}

async function weightsOf(
  folder: string,
  graphs: readonly string[],
  known: ReadonlyMap<string, HubFile>,
): Promise<string[]> {
  const weights = new Set<string>();
  for (const graph of graphs) {
    const { weightFiles } = await readGraphFile(path.join(folder, graph)).catch((error: unknown) => {
      throw error instanceof DiffusionError ? new Failure(error.code, `${graph}: ${error.message}`) : error;
    });
    for (const file of weightFiles) {
      const place = path.posix.join(path.posix.dirname(graph), file);
      if (!known.has(place))
        throw new Failure(
          'model-missing',
          `${graph} keeps its weights in ${place}, which the repository lacks.`,
        );
      weights.add(place);
    }
  }
  return [...weights];
}

/** What is there already, or begun, needs no space again. */
async function requireSpace({ folder, repository }: Fetching, files: readonly HubFile[]): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const missing = await Promise.all(files.map((file) => missingBytes(folder, file)));
  const needed = missing.reduce((sum, bytes) => sum + bytes, 0);
  if (needed <= free) return;
  const message = `${repository.name} needs ${sizeText(needed)} and there is room for ${sizeText(free)}; free some, or set ATELIER_HOME to a folder on a larger disk.`;
  throw new Failure('storage-full', message);
}
