import { Inject, Injectable } from '@nestjs/common';
import { Failure } from '@atelier/sdk';
import type { Config } from '../../config.js';
import type { Facts, Graph, NodeFact } from '../../engine/graph.js';
import { plan, type FingerprintRequest, type Plan, type PlanRequest } from '../../engine/plan.js';
import type { ModelNeed, WaitingSegment } from '../../engine/schedule.js';
import type { Segment } from '../../engine/segment.js';
import { ModelCatalogue } from '../../runtime/models/catalogue.js';
import { CONFIG } from '../config.token.js';
import { Workers } from '../devices/workers.js';
import { ShippedPipelines } from '../pipelines/shipped.js';
import type { Job } from './job.entity.js';
import { NodeCache } from './node-cache.js';
import { RunTimes } from './run-times.js';
import { workingMiB } from './working-memory.js';

/** What is known of a job when it is planned. */
export interface Known {
  job: Job;
  /** with the loops that have been expanded */
  graph: Graph;
  facts: Facts;
  fingerprints: Map<string, string | null>;
  /** nodes that are on a device now */
  busy: ReadonlySet<string>;
  /** nodes that must be alone in their segment */
  quarantine: ReadonlySet<string>;
  /** how often segments of the job were lost */
  attempt: number;
  /** Takes what the cache had for a node. */
  found(nodeId: string, fact: NodeFact): Promise<void>;
}

/** The scheduler looks at each amount of memory by itself; steps keep it at a few of them. */
const memoryStepMiB = 64;
const nobody: ReadonlySet<string> = new Set();

/** The engine's plan with what this server knows: its nodes, models, devices and cache. */
@Injectable()
export class JobPlanner {
  private readonly width: PlanRequest['width'];
  private readonly acceleratorKind: string;
  private readonly largestMiB: number;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(ShippedPipelines) private readonly shipped: ShippedPipelines,
    @Inject(ModelCatalogue) private readonly catalogue: ModelCatalogue,
    @Inject(Workers) private readonly workers: Workers,
    @Inject(NodeCache) private readonly cache: NodeCache,
    @Inject(RunTimes) private readonly runTimes: RunTimes,
  ) {
    const accelerators = workers.devices.filter(({ kind }) => kind !== 'host');
    this.width = { host: workers.devices.length - accelerators.length, accelerator: accelerators.length };
    this.acceleratorKind = accelerators[0]?.kind ?? 'cpu';
    this.largestMiB = Math.max(...accelerators.map(({ memoryMiB }) => memoryMiB));
  }

  /**
   * What a new or resumed job waits with, before the cache has been asked; nothing when it has to be planned further first, or has
   * nothing to run. Throws the failure of a job that cannot run at all.
   */
  firstSegments(job: Job): WaitingSegment[] {
    const first = plan(this.request(unopened(job)));
    if (first.state === 'failed') throw Failure.fromRecord(first.failure);
    if (first.state !== 'running') return [];
    return first.segments.map((segment) => this.waiting(job, this.fitted(segment)));
  }

  /** Plans until neither the cache nor a fingerprint has anything to add. */
  async plan(known: Known): Promise<Plan> {
    const asked = new Set<string>();
    for (;;) {
      const planned = plan(this.request(known));
      if (planned.state !== 'running') return planned;
      const hits = await this.takeHits(known, planned.keys, asked);
      const answers = await this.askFingerprints(known, planned.fingerprints);
      if (hits + answers === 0)
        return { ...planned, segments: planned.segments.map((segment) => this.fitted(segment)) };
      known.graph = planned.graph;
    }
  }

  /** A segment as the scheduler sees it. */
  waiting(job: Job, segment: Segment): WaitingSegment {
    return {
      id: segment.id,
      jobId: job.id,
      caller: job.accountId,
      weight: job.weight,
      target: segment.target,
      models: segment.models.map((id) => this.modelNeed(id, segment.turns)),
      workingMiB: Math.ceil(this.workingMiB(segment) / memoryStepMiB) * memoryStepMiB,
      turns: segment.turns,
      estimateMs: this.runTimes.estimateMs(segment),
      readyAt: job.createdAt,
    };
  }

  /** What its nodes declare, or what its models take at work if that is more. */
  private workingMiB({ workingMiB: declared, models, nodes }: Segment): number {
    const known = models.flatMap((id) => this.catalogue.get(id) ?? []);
    return Math.max(declared, ...known.map(({ manifest }) => workingMiB(manifest, nodes)));
  }

  /** Its models are loaded whole where a device has room for them, else a part at a time. */
  private fitted(segment: Segment): Segment {
    const needed = segment.models.map((id) => this.modelNeed(id, false).memoryMiB);
    const wholeMiB = needed.reduce((sum, memoryMiB) => sum + memoryMiB, this.workingMiB(segment));
    return { ...segment, turns: segment.models.length > 0 && wholeMiB > this.largestMiB };
  }

  /** What a model declares, or has been seen to take if that is more. */
  private modelNeed(id: string, turns: boolean): ModelNeed {
    const { weights = 0, parts = {} } = this.catalogue.get(id)?.manifest.memory ?? {};
    const wholeMiB = Math.max(weights, this.runTimes.memoryMiB(id, this.acceleratorKind) ?? 0);
    const memoryMiB = turns ? Math.min(largestTurn(parts) ?? wholeMiB, wholeMiB) : wholeMiB;
    return { id, memoryMiB, loadMs: this.runTimes.loadMs(id, this.acceleratorKind, memoryMiB) };
  }

  /** A segment took so long, in ms, with what had to be loaded for it. */
  ran(segment: Segment, ms: number): void {
    this.runTimes.ran(segment, ms);
  }

  private request({ job, ...known }: Omit<Known, 'found'>): PlanRequest {
    return {
      ...known,
      catalogue: this.shipped.catalogue,
      models: this.catalogue.byId,
      acceleratorKind: this.acceleratorKind,
      width: this.width,
      targets: job.targets,
      jobId: job.id,
      timeoutMs: this.config.nodeTimeoutMs,
    };
  }

  private async takeHits(
    known: Known,
    keys: ReadonlyMap<string, string>,
    asked: Set<string>,
  ): Promise<number> {
    const news = [...keys].filter(([, key]) => !asked.has(key));
    const results = await this.cache.find(news.map(([, key]) => key));
    let hits = 0;
    for (const [nodeId, key] of news) {
      asked.add(key);
      const outputs = results.get(key);
      if (outputs === undefined) continue;
      if (await known.found(nodeId, { status: 'done', outputs, cached: true }).then(yes, isGone)) hits += 1;
    }
    return hits;
  }

  private async askFingerprints({ fingerprints }: Known, requests: FingerprintRequest[]): Promise<number> {
    const answers = requests.map(async ({ nodeId, type, version, inputs }) => {
      // A node that cannot say what its result depends on is run.
      const answer = await this.workers.fingerprint(type, version, inputs).catch(() => null);
      fingerprints.set(nodeId, answer);
    });
    await Promise.all(answers);
    return answers.length;
  }
}

/** What the parts take that one node uses at once: all text encoders, the denoiser with its ControlNet, or half a VAE. MiB. */
function largestTurn(parts: Readonly<Record<string, number>>): number | undefined {
  const turns = new Map<string, number>();
  for (const [name, memoryMiB] of Object.entries(parts)) {
    const turn = name.startsWith('text_encoder') ? 'text' : name.startsWith('vae_') ? name : 'denoiser';
    turns.set(turn, (turns.get(turn) ?? 0) + memoryMiB);
  }
  return turns.size === 0 ? undefined : Math.max(...turns.values());
}

const yes = (): boolean => true;

/** The blobs of an entry may have been collected since it was looked up: then it is none. */
function isGone(error: unknown): false {
  if (Failure.is(error) && error.code === 'not-found') return false;
  throw error;
}

function unopened(job: Job): Omit<Known, 'found'> {
  return {
    job,
    graph: job.graph,
    facts: new Map(),
    fingerprints: new Map(),
    busy: nobody,
    quarantine: nobody,
    attempt: job.interruptions,
  };
}
