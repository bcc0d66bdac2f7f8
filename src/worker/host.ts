import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Assets } from '../runtime/assets.js';
import { BuiltinGuard } from '../runtime/builtins.js';
import { ModelCatalogue } from '../runtime/models.js';
import { loadPlugins, type PluginShelf } from '../runtime/plugins.js';
import { messageOf } from '../runtime/thrown.js';
import type { Coercions } from './coerce.js';
import type { WorkerSettings } from './protocol.js';
import { ResidentModels } from './resident-models.js';
import type { ServerLink } from './server-link.js';
import { Values } from './values.js';

/** All that running nodes share in one worker. */
export class WorkerHost implements Coercions {
  readonly assets: Assets;
  readonly values: Values;
  readonly residents: ResidentModels;
  private sound = true;

  private constructor(
    private readonly settings: WorkerSettings,
    readonly link: ServerLink,
    readonly guard: BuiltinGuard,
    readonly shelf: PluginShelf,
    readonly models: ModelCatalogue,
  ) {
    this.assets = new Assets(settings.assetFolder);
    this.values = new Values(this.assets, settings.pixelLimit);
    this.residents = new ResidentModels(models, {
      loaded: (modelId, ms, memoryMiB) => link.send({ kind: 'model-loaded', modelId, ms, memoryMiB }),
      broken: (modelId, error) => this.damage(`The model ${modelId} was not given back: ${messageOf(error)}`),
    });
  }

  static async open(settings: WorkerSettings, link: ServerLink): Promise<WorkerHost> {
    const guard = new BuiltinGuard();
    const [shelf, models] = await Promise.all([
      loadPlugins(settings.pluginFolders, {
        cacheFolder: settings.cacheFolder,
        guard,
        excluded: settings.excludedPlugins,
        loading: (plugin) => {
          link.send({ kind: 'plugin-loading', plugin });
          link.flush();
        },
      }),
      ModelCatalogue.read(settings.modelFolders),
    ]);
    return new WorkerHost(settings, link, guard, shelf, models);
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
}
