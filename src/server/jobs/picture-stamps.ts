import { Inject, Injectable } from '@nestjs/common';
import type { ValueRef } from '../../engine/graph.js';
import { modelsUsed } from '../../engine/models-used.js';
import type { Plan } from '../../engine/plan.js';
import { Assets as AssetStore, type StoredAsset } from '../../runtime/assets.js';
import { ModelCatalogue } from '../../runtime/models/catalogue.js';
import { withPngText } from '../../runtime/png-text.js';
import { version } from '../http/version.js';
import { ShippedPipelines } from '../pipelines/shipped.js';
import type { Job } from './job.entity.js';
import { recipeKeyword } from './recipe.js';

type Outputs = Extract<Plan, { state: 'completed' }>['outputs'];

/** Writes into the pictures that a job gives out how to make them again. Pictures in the cache stay as they are. */
@Injectable()
export class PictureStamps {
  constructor(
    @Inject(AssetStore) private readonly store: AssetStore,
    @Inject(ModelCatalogue) private readonly catalogue: ModelCatalogue,
    @Inject(ShippedPipelines) private readonly shipped: ShippedPipelines,
  ) {}

  /** The outputs with stamped pictures in the place of plain ones, and the blobs that this has added to the store. */
  async stamp(
    job: Job,
    { graph, outputs }: Extract<Plan, { state: 'completed' }>,
  ): Promise<{ outputs: Outputs; assets: StoredAsset[] }> {
    const assets: StoredAsset[] = [];
    const text = JSON.stringify({
      software: `Atelier ${version}`,
      ...job.recipe,
      models: Object.fromEntries(
        modelsUsed(graph, this.shipped.catalogue).map((id) => [id, this.catalogue.get(id)?.sha256 ?? null]),
      ),
      nodes: Object.fromEntries(Object.values(graph.nodes).map(({ type, version }) => [type, version])),
    });
    const stamped: Outputs = {};
    for (const [name, ref] of Object.entries(outputs))
      stamped[name] = ref === null ? null : await this.stampIn(ref, text, assets);
    return { outputs: stamped, assets };
  }

  private async stampIn(ref: ValueRef, text: string, assets: StoredAsset[]): Promise<ValueRef> {
    if (ref.kind === 'list') {
      const items: ValueRef[] = [];
      for (const item of ref.items) items.push(await this.stampIn(item, text, assets));
      return { kind: 'list', items };
    }
    if (ref.kind !== 'stored' || ref.mediaType !== 'image/png') return ref;
    const plain = await this.store.open(ref.sha256);
    const asset = await this.store.put(withPngText(plain, recipeKeyword, text), { mediaType: 'image/png' });
    assets.push(asset);
    return { kind: 'stored', ...asset };
  }
}
