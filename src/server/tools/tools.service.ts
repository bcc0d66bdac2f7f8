import { Inject, Injectable } from '@nestjs/common';
import { Failure, inputSchema, type Json, type PipelineDocument, type PortSpec } from '@atelier/sdk';
import { priceOf } from '../pipelines/price.js';
import { Pipelines } from '../pipelines/pipelines.service.js';

/** A published pipeline. */
export interface ToolView {
  id: string;
  version: string;
  title: string;
  category: string;
  credits: number;
  description: string;
  inputs: Record<string, PortSpec>;
  /** JSON Schema of the inputs, draft 2020-12 */
  inputSchema: Record<string, Json>;
  outputs: Record<string, PortSpec>;
  examples: { title: string; inputs: Record<string, Json> }[];
}

type Published = PipelineDocument & { tool: NonNullable<PipelineDocument['tool']> };

/** The tools: shipped pipelines, and the caller's own, that have a public face. */
@Injectable()
export class Tools {
  constructor(@Inject(Pipelines) private readonly pipelines: Pipelines) {}

  async list(accountId: string): Promise<ToolView[]> {
    const documents = (await this.pipelines.list(accountId))
      .map(({ document }) => document)
      .filter(isPublished);
    const views = documents.map((document) => this.view(accountId, document).catch(broken));
    return (await Promise.all(views)).filter((view) => view !== null);
  }

  /** @throws Failure `not-found` also for a pipeline that is not published */
  async get(accountId: string, id: string): Promise<ToolView> {
    const document = (await this.pipelines.get(accountId, id).catch(missing(id))).document;
    if (!isPublished(document)) throw unknownTool(id);
    return this.view(accountId, document);
  }

  private async view(accountId: string, document: Published): Promise<ToolView> {
    const pipeline = await this.pipelines.resolve(accountId, document.id);
    const { category, description, examples } = document.tool;
    return {
      id: document.id,
      version: document.version,
      title: document.title,
      category,
      credits: priceOf(pipeline),
      description,
      inputs: document.inputs,
      inputSchema: inputSchema(document.inputs),
      outputs: Object.fromEntries([...pipeline.outputs].map(([name, { spec }]) => [name, spec])),
      examples: examples ?? [],
    };
  }
}

/** An own tool may use a pipeline that has changed or gone since; it is not offered until that is mended. */
function broken(error: unknown): null {
  if (Failure.is(error) && error.code === 'invalid-pipeline') return null;
  throw error;
}

function isPublished(document: PipelineDocument): document is Published {
  return document.tool !== undefined;
}

function unknownTool(id: string): Failure {
  return new Failure('not-found', `There is no tool ${id}.`, { kind: 'tool', id });
}

function missing(id: string): (error: unknown) => never {
  return (error) => {
    throw Failure.is(error) && error.code === 'not-found' ? unknownTool(id) : error;
  };
}
