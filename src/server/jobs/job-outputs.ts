import { Inject, Injectable } from '@nestjs/common';
import type { FileRef, PortSpec } from '@atelier/sdk';
import type { EntityManager } from 'typeorm';
import type { ValueRef } from '../../engine/graph.js';
import type { Plan } from '../../engine/plan.js';
import { type FilePlace, Files } from '../files/files.service.js';
import { itemIdOf } from '../items/item-view.js';
import { Items } from '../items/items.service.js';
import { filesOf, type JobOutput } from './job-output.js';
import type { Job } from './job.entity.js';

const extensions: Record<string, string> = { 'image/png': 'png' };

type Outputs = Record<string, JobOutput | null>;

/** What its outputs become files for. */
interface Claim extends FilePlace {
  accountId: string;
}

/** Turns the values that a job's outputs name into files of its owner, or JSON; and its files into an item. */
@Injectable()
export class JobOutputs {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(Items) private readonly items: Items,
  ) {}

  /** Makes the files in the same transaction that ends the job, so that neither is there without the other. */
  async claim(
    manager: EntityManager,
    job: Job,
    plan: Extract<Plan, { state: 'completed' }>,
  ): Promise<Outputs> {
    const { id: jobId, accountId, projectId, bound, pipelineId: tool, recipe } = job;
    const itemId = bound ? null : itemIdOf(jobId);
    const outputs = await this.outputs(manager, { accountId, projectId, itemId }, plan);
    const [first] = filesOf(outputs);
    if (itemId !== null && first !== undefined) {
      const type = recipe.pipeline.tool?.makes;
      const { mediaType } = first;
      await this.items.add(manager, { accountId, projectId, jobId, tool, type, mediaType });
    }
    return outputs;
  }

  private async outputs(
    manager: EntityManager,
    claim: Claim,
    plan: Extract<Plan, { state: 'completed' }>,
  ): Promise<Outputs> {
    const outputs: Outputs = {};
    for (const [name, ref] of Object.entries(plan.outputs)) {
      const spec = plan.graph.outputs[name]!.spec;
      outputs[name] = ref === null ? null : await this.output(manager, claim, name, spec, ref);
    }
    return outputs;
  }

  private async output(
    manager: EntityManager,
    claim: Claim,
    name: string,
    spec: PortSpec,
    ref: ValueRef,
  ): Promise<JobOutput> {
    if (spec.type === 'list') {
      const items: JobOutput[] = [];
      for (const [index, item] of elements(ref).entries()) {
        items.push(await this.output(manager, claim, `${name}-${index}`, spec.items, item));
      }
      return { kind: 'list', items };
    }
    const file = fileOf(name, spec, ref);
    if (file === null) return { kind: 'json', value: (ref as Extract<ValueRef, { kind: 'inline' }>).value };
    const { id } = await this.files.claim(manager, claim.accountId, file, claim);
    return { kind: 'file', file: { ...file, fileId: id } };
  }
}

function elements(ref: ValueRef): ValueRef[] {
  if (ref.kind === 'list') return ref.items;
  if (ref.kind === 'inline' && Array.isArray(ref.value))
    return ref.value.map((value) => ({ kind: 'inline', value }));
  return [ref];
}

function fileOf(name: string, spec: PortSpec, ref: ValueRef): FileRef | null {
  if (ref.kind === 'stored') {
    const { sha256, bytes, mediaType } = ref;
    return { sha256, bytes, mediaType, name: `${name}.${extensions[mediaType] ?? 'bin'}` };
  }
  if (ref.kind !== 'inline') return null;
  if (spec.type === 'file') return ref.value as unknown as FileRef;
  if (spec.type === 'video' || spec.type === 'audio') return (ref.value as unknown as { file: FileRef }).file;
  return null;
}
