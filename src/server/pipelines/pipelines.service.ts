import { Inject, Injectable } from '@nestjs/common';
import { Failure, type Json, type PipelineDocument } from '@atelier/sdk';
import type { Catalogue } from '../../engine/catalogue.js';
import { parsePipeline } from '../../engine/pipeline.js';
import { invalidPipeline, type Problem } from '../../engine/problem.js';
import type { Pipeline as ParsedPipeline } from '../../engine/step.js';
import { Database } from '../database/database.js';
import { Pipeline } from './pipeline.entity.js';
import { ShippedPipelines } from './shipped.js';

/** A pipeline as its owner, or anybody for a shipped one, sees it. Times are ISO 8601; null for a shipped one. */
export interface PipelineView {
  id: string;
  version: string;
  title: string;
  shipped: boolean;
  document: PipelineDocument;
  createdAt: string | null;
  updatedAt: string | null;
}

const rememberedAccounts = 1000;

/** Shipped pipelines, whose ids are reserved, and every caller's own. */
@Injectable()
export class Pipelines {
  /** Parsed pipelines by catalogue, so that a tool that is run often is read once. */
  private readonly parsed = new WeakMap<Catalogue, Map<string, ParsedPipeline>>();
  private readonly own = new Map<string, Catalogue>();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ShippedPipelines) private readonly shipped: ShippedPipelines,
  ) {}

  /** Shipped ones first, each group by id. */
  async list(accountId: string): Promise<PipelineView[]> {
    const own = await this.database.read.find(Pipeline, { where: { accountId }, order: { id: 'ASC' } });
    return [...[...this.shipped.documents.values()].map(shippedView), ...own.map(ownView)];
  }

  /** @throws Failure `not-found` */
  async get(accountId: string, id: string): Promise<PipelineView> {
    const shipped = this.shipped.documents.get(id);
    if (shipped !== undefined) return shippedView(shipped);
    const row = await this.database.read.findOneBy(Pipeline, { accountId, id });
    if (row === null) throw unknownPipeline(id);
    return ownView(row);
  }

  /** A pipeline ready to be run. @throws Failure `not-found`, or `invalid-pipeline` when what it uses has changed since */
  async resolve(accountId: string, id: string): Promise<ParsedPipeline> {
    const catalogue = this.shipped.documents.has(id)
      ? this.shipped.catalogue
      : await this.catalogueOf(accountId);
    const known = this.parsed.get(catalogue) ?? new Map<string, ParsedPipeline>();
    this.parsed.set(catalogue, known);
    const pipeline = known.get(id) ?? this.parse((await this.get(accountId, id)).document, catalogue);
    known.set(id, pipeline);
    return pipeline;
  }

  /** A document that is run once and not stored. @throws Failure `invalid-pipeline` */
  async read(accountId: string, json: Json): Promise<ParsedPipeline> {
    return this.parse(json, await this.catalogueOf(accountId));
  }

  /** All that is wrong with a document; nothing when it could be stored. */
  async validate(accountId: string, json: Json): Promise<Problem[]> {
    const parsed = parsePipeline(json, await this.catalogueOf(accountId));
    return 'problems' in parsed ? parsed.problems : [];
  }

  /** @throws Failure `invalid-pipeline`, `conflict` when the id is taken */
  async create(accountId: string, json: Json): Promise<PipelineView> {
    const { document } = await this.read(accountId, json);
    this.refuseShipped(document.id);
    const now = Date.now();
    const row = {
      accountId,
      id: document.id,
      version: document.version,
      document,
      createdAt: now,
      updatedAt: now,
    };
    await this.database.write(async (manager) => {
      const taken = await manager.existsBy(Pipeline, { accountId, id: document.id });
      if (taken)
        throw new Failure(
          'conflict',
          `You have a pipeline ${document.id} already; update it, or choose another id.`,
        );
      await manager.insert(Pipeline, row as object);
    });
    this.own.delete(accountId);
    return ownView(row);
  }

  /** Replaces the document of an own pipeline. @throws Failure `not-found`, `invalid-pipeline`, `invalid-input`, `conflict` */
  async update(accountId: string, id: string, json: Json): Promise<PipelineView> {
    const { document } = await this.read(accountId, json);
    if (document.id !== id)
      throw new Failure('invalid-input', `The document's id is ${document.id}; it must stay ${id}.`);
    this.refuseShipped(id);
    const change = { version: document.version, document, updatedAt: Date.now() };
    await this.database.write(async (manager) => {
      const { affected } = await manager.update(Pipeline, { accountId, id }, change as object);
      if (affected === 0) throw unknownPipeline(id);
    });
    this.own.delete(accountId);
    return this.get(accountId, id);
  }

  /** Jobs that were submitted keep their snapshot. @throws Failure `not-found`, `conflict` for a shipped one */
  async delete(accountId: string, id: string): Promise<void> {
    this.refuseShipped(id);
    await this.database.write(async (manager) => {
      const { affected } = await manager.delete(Pipeline, { accountId, id });
      if (affected === 0) throw unknownPipeline(id);
    });
    this.own.delete(accountId);
  }

  private parse(json: unknown, catalogue: Catalogue): ParsedPipeline {
    const parsed = parsePipeline(json, catalogue);
    if ('problems' in parsed) throw invalidPipeline(parsed.problems);
    return parsed.pipeline;
  }

  private async catalogueOf(accountId: string): Promise<Catalogue> {
    const known = this.own.get(accountId);
    if (known !== undefined) return known;
    const rows = await this.database.read.findBy(Pipeline, { accountId });
    const catalogue = this.shipped.catalogue.with(rows.map((row) => row.document));
    if (this.own.size >= rememberedAccounts) this.own.clear();
    this.own.set(accountId, catalogue);
    return catalogue;
  }

  private refuseShipped(id: string): void {
    if (!this.shipped.documents.has(id)) return;
    throw new Failure(
      'conflict',
      `The id ${id} belongs to a pipeline that ships with Atelier; choose another id.`,
    );
  }
}

function unknownPipeline(id: string): Failure {
  return new Failure('not-found', `There is no pipeline ${id}.`, { kind: 'pipeline', id });
}

function shippedView(document: PipelineDocument): PipelineView {
  const { id, version, title } = document;
  return { id, version, title, shipped: true, document, createdAt: null, updatedAt: null };
}

function ownView({ id, version, document, createdAt, updatedAt }: Pipeline): PipelineView {
  const times = {
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
  return { id, version, title: document.title, shipped: false, document, ...times };
}
