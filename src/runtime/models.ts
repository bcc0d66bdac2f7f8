import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Failure, type FailureRecord, type ModelFiles, type ModelRef } from '@atelier/sdk';

const relativePath = z
  .string()
  .min(1)
  .refine(
    (name) => !path.isAbsolute(name) && !name.split(/[\\/]/).includes('..'),
    'must be a path below the model',
  );

/** `models/<id>/model.json`. Sizes of memory are MiB, those of files bytes. */
const modelManifestSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'must be lower-case letters, digits, ., _ or -'),
  name: z.string().min(1),
  version: z.string().min(1),
  family: z.string().min(1).describe('What its files are made for; nodes say which families they take'),
  capabilities: z.array(z.string()).default([]),
  files: z
    .array(
      z.looseObject({
        path: relativePath,
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
          .optional(),
        bytes: z.int().min(0).optional(),
        source: z.string().optional(),
      }),
    )
    .min(1),
  memory: z.looseObject({
    weights: z.number().min(0).describe('MiB while the model is loaded'),
    working: z.number().min(0).default(0).describe('MiB beyond that while it runs'),
  }),
});

export type ModelManifest = z.output<typeof modelManifestSchema>;

/** A model that is installed. */
export interface Model {
  readonly manifest: ModelManifest;
  /** of its manifest file, hex */
  readonly sha256: string;
  readonly folder: string;
}

/** The models in some folders, as their manifests describe them. */
export class ModelCatalogue {
  private readonly models = new Map<string, Model>();
  /** Manifests that cannot be used; `details.model` names the folder. */
  readonly problems: FailureRecord[] = [];

  /** Reads every `<folder>/<name>/model.json`. Of two models with the same id the first counts. */
  static async read(folders: readonly string[]): Promise<ModelCatalogue> {
    const catalogue = new ModelCatalogue();
    for (const folder of folders) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names.sort()) await catalogue.add(path.join(folder, name));
    }
    return catalogue;
  }

  get(id: string): Model | undefined {
    return this.models.get(id);
  }

  list(): Model[] {
    return [...this.models.values()];
  }

  /** @throws Failure `model-missing`, or `model-invalid` when it is not the one that the reference was made for */
  files(reference: ModelRef): ModelFiles {
    const model = this.models.get(reference.id);
    if (model === undefined) {
      throw new Failure('model-missing', `The model ${reference.id} is not installed.`, {
        model: reference.id,
      });
    }
    if (model.sha256 !== reference.sha256) {
      throw new Failure(
        'model-invalid',
        `The model ${reference.id} has been replaced meanwhile; submit the job again.`,
        {
          model: reference.id,
        },
      );
    }
    return { id: reference.id, family: model.manifest.family, path: (name) => filePath(model, name) };
  }

  private async add(folder: string): Promise<void> {
    const text = await readFile(path.join(folder, 'model.json')).catch(() => null);
    if (text === null) return;
    try {
      const manifest = parseManifest(text.toString('utf8'));
      if (this.models.has(manifest.id)) throw new Failure('model-invalid', 'Another model has the same id.');
      const sha256 = createHash('sha256').update(text).digest('hex');
      this.models.set(manifest.id, { manifest, sha256, folder });
    } catch (error) {
      if (!Failure.is(error)) throw error;
      const name = path.basename(folder);
      this.problems.push({
        code: 'model-invalid',
        message: `The manifest of the model ${name} cannot be used: ${error.message}`,
        details: { model: name },
      });
    }
  }
}

function parseManifest(text: string): ModelManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Failure('model-invalid', 'It is not JSON.');
  }
  const parsed = modelManifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Failure('model-invalid', problems.join('; '));
}

function filePath(model: Model, name: string): string {
  if (model.manifest.files.some((file) => file.path === name)) return path.join(model.folder, name);
  throw new Failure(
    'model-invalid',
    `The manifest of the model ${model.manifest.id} does not list the file ${name}.`,
    {
      model: model.manifest.id,
      file: name,
    },
  );
}
