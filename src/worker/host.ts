import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Assets } from '../runtime/assets.js';
import { BuiltinGuard } from '../runtime/builtins.js';
import { ModelCatalogue } from '../runtime/models/catalogue.js';
import { FileDigests } from '../runtime/models/file-digests.js';
import { Sessions, type OpenedSession } from '../runtime/onnx.js';
import { loadPlugins, type PluginShelf } from '../runtime/plugins.js';
import { messageOf } from '../runtime/thrown.js';
import type { Coercions } from './coerce.js';
import type { WorkerSettings } from './protocol.js';
import { ResidentModels, type ResidencyTools } from './resident-models.js';
import type { ServerLink } from './server-link.js';
import { Values } from './values.js';

/** All that running nodes share in one worker. */
export class WorkerHost implements Coercions {
  readonly assets: Assets;
  readonly values: Values;
  readonly models = new ModelCatalogue();
  readonly residents: ResidentModels;
  private sound = true;

  private constructor(
    private readonly settings: WorkerSettings,
    readonly link: ServerLink,
    readonly guard: BuiltinGuard,
    readonly shelf: PluginShelf,
  ) {
    this.assets = new Assets(settings.assetFolder);
    this.values = new Values(this.assets, settings.pixelLimit);
    const tools: ResidencyTools = {
      catalogue: this.models,
      digests: new FileDigests(path.join(settings.cacheFolder, 'digests')),
      sessions: new Sessions(settings.deviceId, (session) => this.announce(session)),
      usedMiB: hasOwnMemory(settings.deviceKind) ? () => 0 : residentMiB,
    };
    this.residents = new ResidentModels(tools, {
      loaded: (report) => link.send({ kind: 'model-loaded', ...report }),
      broken: (modelId, error) => this.damage(`The model ${modelId} was not given back: ${messageOf(error)}`),
    });
  }

  static async open(settings: WorkerSettings, link: ServerLink): Promise<WorkerHost> {
    const guard = new BuiltinGuard();
    const shelf = await loadPlugins(settings.pluginFolders, {
      cacheFolder: settings.cacheFolder,
      guard,
      excluded: settings.excludedPlugins,
      loading: (plugin) => {
        link.send({ kind: 'plugin-loading', plugin });
        link.flush();
      },
    });
    return new WorkerHost(settings, link, guard, shelf);
  }

  /** False once code of a node has done something to the process that cannot be undone. */
  get isSound(): boolean {
    return this.sound;
  }

  damage(reason: string): void {
    this.sound = false;
    this.link.send({
      kind: 'log',
      level: 'warn',
      message: `${reason}; the worker will be replaced`,
      fields: {},
    });
  }

  newTempFolder(): string {
    return path.join(this.settings.tempFolder, randomUUID());
  }

  private announce({ model, file, provider, ...fields }: OpenedSession): void {
    const message = `Opened ${file} of the model ${model} on ${provider}`;
    this.link.send({ kind: 'log', level: 'info', message, fields: { model, file, provider, ...fields } });
  }
}

/** A graphics card has, and what is in it does not show in the memory of the process. */
function hasOwnMemory(kind: WorkerSettings['deviceKind']): boolean {
  return kind === 'cuda' || kind === 'webgpu';
}

function residentMiB(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
