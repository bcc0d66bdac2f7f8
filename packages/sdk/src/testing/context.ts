import { mkdirSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeLog, ProgressDetail, RunContext } from '../context.js';
import { createRandom } from '../random.js';
import type { ModelRef } from '../values.js';
import { FolderAssets } from './assets.js';
import { FolderModels, type TestModel } from './models.js';
import { Samples } from './samples.js';

export interface TestContextOptions {
  /** Default: one that is never aborted. */
  signal?: AbortSignal;
  /** Models by id. */
  models?: Readonly<Record<string, TestModel>>;
  /** Makes what only nodes make and an example needs, with the nodes that do; there are no samples of it. */
  make?: Readonly<Partial<Record<'latents' | 'conditioning', (ctx: TestContext) => Promise<unknown>>>>;
}

/** A real context in a folder of its own, which `close` removes. */
export interface TestContext extends RunContext {
  readonly assets: FolderAssets;
  readonly models: FolderModels;
  readonly samples: Samples;
  readonly make: NonNullable<TestContextOptions['make']>;
  /** What the node has reported so far, in order. */
  readonly progressed: readonly { fraction: number; detail: ProgressDetail }[];
  readonly logged: readonly { level: keyof NodeLog; message: string; fields: Record<string, unknown> }[];
  /** A model of the options. Throws `model-missing`. */
  model(id: string): ModelRef;
  close(): Promise<void>;
}

/** The host of a node in a test: assets and temporary files on disk, models in folders, numbers and samples that repeat. */
export function createTestContext(options: TestContextOptions = {}): TestContext {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-test-'));
  const tempDir = join(folder, 'temp');
  mkdirSync(tempDir);
  const assets = new FolderAssets(join(folder, 'assets'), tempDir);
  const models = new FolderModels(options.models ?? {});
  const progressed: { fraction: number; detail: ProgressDetail }[] = [];
  const logged: { level: keyof NodeLog; message: string; fields: Record<string, unknown> }[] = [];
  const log =
    (level: keyof NodeLog) =>
    (message: string, fields: Record<string, unknown> = {}): void => {
      logged.push({ level, message, fields });
    };
  return {
    signal: options.signal ?? new AbortController().signal,
    progress: (fraction, detail = {}) => progressed.push({ fraction, detail }),
    models,
    assets,
    random: createRandom,
    log: { debug: log('debug'), info: log('info'), warn: log('warn') },
    tempDir,
    samples: new Samples(assets),
    make: options.make ?? {},
    progressed,
    logged,
    model: (id) => models.ref(id),
    async close() {
      await models.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
