import { Failure } from '@atelier/sdk';
import type { ValueRef } from '../engine/graph.js';
import type { SegmentBinding } from '../engine/segment.js';
import { WorkerHost } from './host.js';
import type { ToWorker, WorkerSettings } from './protocol.js';
import { resolveInputs } from './resolve-inputs.js';
import { SegmentRun } from './run-segment.js';
import type { ServerLink } from './server-link.js';
import { toFailure } from './to-failure.js';

type Command<Kind extends ToWorker['kind']> = Extract<ToWorker, { kind: Kind }>;

/** What a worker does for the server: one segment at a time, and a fingerprint now and then. */
export class WorkerService {
  private current: { id: string; run: SegmentRun } | undefined;
  private stopping = false;

  private constructor(
    private readonly host: WorkerHost,
    private readonly link: ServerLink,
  ) {}

  /** Loads the plugins and says that it is ready. */
  static async open(settings: WorkerSettings, link: ServerLink): Promise<WorkerService> {
    const host = await WorkerHost.open(settings, link);
    link.send({
      kind: 'ready',
      plugins: host.shelf.plugins,
      problems: host.shelf.problems,
    });
    return new WorkerService(host, link);
  }

  damage(reason: string): void {
    this.host.damage(reason);
  }

  async receive(message: Exclude<ToWorker, { kind: 'start' }>): Promise<void> {
    switch (message.kind) {
      case 'run':
        return this.run(message);
      case 'cancel':
        if (this.current?.id === message.segmentId) this.current.run.cancel(message.failure);
        return;
      case 'models':
        return this.host.models.replace(message.models);
      case 'fingerprint':
        return this.fingerprint(message);
      case 'stop':
        return this.stop();
    }
  }

  private async run({ segment, loads, evictions }: Command<'run'>): Promise<void> {
    const run = new SegmentRun(segment, this.host);
    this.current = { id: segment.id, run };
    await this.host.residents.place([...segment.models, ...loads], evictions, segment.turns);
    const end = await run.run();
    this.host.residents.reportLoads();
    await this.host.residents.disposeUnplaced();
    this.current = undefined;
    if (this.stopping) return this.end();
    const reusable = end.codeEnded && this.host.isSound;
    const rssMiB = Math.round(process.memoryUsage.rss() / 2 ** 20);
    this.link.send({ kind: 'segment-ended', segmentId: segment.id, outcome: end.outcome, reusable, rssMiB });
  }

  private async fingerprint({ requestId, type, version, inputs }: Command<'fingerprint'>): Promise<void> {
    const answer = { kind: 'fingerprint', requestId } as const;
    try {
      const value = await fingerprintOf(this.host, type, version, inputs);
      this.link.send({ ...answer, value });
    } catch (error) {
      const failure = toFailure(error, `The fingerprint of ${type}`, { nodeType: type });
      this.link.send({ ...answer, value: null, failure: failure.toRecord() });
    }
  }

  /** What runs is aborted but not reported: the server takes it up again another time. */
  private async stop(): Promise<void> {
    this.stopping = true;
    if (this.current === undefined) return this.end();
    this.current.run.cancel({ code: 'cancelled', message: 'The worker is stopping.', details: {} });
  }

  private async end(): Promise<void> {
    await this.host.residents.disposeAll();
    this.link.flush();
    process.exit();
  }
}

/** What has been checked when the plugin was loaded. */
interface Fingerprinted {
  fingerprint(inputs: Record<string, unknown>): unknown;
}

/** Null for a node that has none. */
async function fingerprintOf(
  host: WorkerHost,
  type: string,
  version: number,
  given: Readonly<Record<string, ValueRef>>,
): Promise<string | null> {
  const node = host.shelf.node(type, version);
  if (node?.definition.fingerprint === undefined) return null;
  const ports = Object.fromEntries(Object.entries(node.inputs).filter(([name]) => given[name] !== undefined));
  const bindings = Object.fromEntries(
    Object.entries(given).map(([name, ref]) => [name, { kind: 'ref', ref } satisfies SegmentBinding]),
  );
  const inputs = await resolveInputs(ports, bindings, { outputOf: () => undefined }, host);
  const value = await (node.definition as unknown as Fingerprinted).fingerprint(inputs);
  if (typeof value === 'string') return value;
  throw new Failure('node-failed', 'It must be text.');
}
