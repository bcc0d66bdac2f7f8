import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { FromWorker } from '../../src/worker/protocol.js';
import { Fleet, local, node, workerPath } from './fleet.js';

// Processes are started, killed and waited for, on machines that may be busy.
jest.setTimeout(30_000);

const cancelled = { code: 'cancelled', message: 'The job was cancelled.', details: {} } as const;

describe('the supervision of workers', () => {
  let fleet: Fleet;

  afterEach(() => fleet.stop());

  const expectNextDone = async (): Promise<void> => {
    const course = await fleet.run([node('add', 'steady.add', { a: 1 })]);
    expect(course.ended).toMatchObject({ outcome: 'done' });
  };
  const onceStarted = (act: (segmentId: string) => void) => (message: FromWorker, segmentId: string) => {
    if (message.kind === 'node-started') act(segmentId);
  };

  it.each(['exit', 'abort'])(
    'reports a node that takes its process down (%s) and starts another',
    async (how) => {
      fleet = await Fleet.start();
      const course = await fleet.run([
        node('good', 'steady.add', { a: 1 }),
        node('bad', `dying.${how}`, { after: local('good', 'sum') }),
      ]);
      expect(course.lost).toMatchObject({
        deviceId: 'host:0',
        runningNodeIds: ['bad'],
        cause: 'crash',
        ownKill: false,
      });
      expect(course.done('good')).toBeDefined();
      await expectNextDone();
    },
  );

  it('reports a worker that somebody else killed', async () => {
    fleet = await Fleet.start();
    const course = await fleet.run([node('long', 'steady.pause', { ms: 10_000 })], {
      during: onceStarted(() => process.kill(fleet.pid(), 'SIGKILL')),
    });
    expect(course.lost).toMatchObject({ cause: 'crash', ownKill: false, runningNodeIds: ['long'] });
    await expectNextDone();
  });

  it('kills a worker whose main thread loops for ever after 10 s', async () => {
    fleet = await Fleet.start();
    const course = await fleet.run([node('bad', 'hanging.loop')]);
    expect(course.lost).toMatchObject({ cause: 'hang', ownKill: false, runningNodeIds: ['bad'] });
    expect(course.ms).toBeGreaterThan(9_400);
    expect(course.ms).toBeLessThan(11_500);
    await expectNextDone();
  });

  it('kills a worker whose event loop never turns', async () => {
    fleet = await Fleet.start({ silenceMs: 2000 });
    const course = await fleet.run([node('bad', 'hanging.microtasks')]);
    expect(course.lost).toMatchObject({ cause: 'hang', runningNodeIds: ['bad'] });
    await expectNextDone();
  });

  it('lets a native call block a worker for as long as was announced, and no longer', async () => {
    fleet = await Fleet.start({
      workerPath: path.join(import.meta.dirname, 'native-call-worker.mjs'),
      silenceMs: 1000,
    });
    const patient = await fleet.run([node('call', 'native.6000-2500')]);
    expect(patient.ended).toMatchObject({ outcome: 'done' });
    const late = await fleet.run([node('call', 'native.500-6000')]);
    expect(late.lost).toMatchObject({ cause: 'hang', runningNodeIds: ['call'] });
    expect(late.ms).toBeLessThan(2000);
  });

  it('kills a worker that stands still as a whole', async () => {
    fleet = await Fleet.start({ silenceMs: 2000 });
    const course = await fleet.run([node('long', 'steady.pause', { ms: 60_000 })], {
      during: onceStarted(() => process.kill(fleet.pid(), 'SIGSTOP')),
    });
    expect(course.lost).toMatchObject({ cause: 'silent', runningNodeIds: ['long'] });
    expect(course.ms).toBeLessThan(4000);
    await expectNextDone();
  });

  it.each(['never', 'loop'])(
    'kills a cancelled segment that does not listen (%s) after a grace of a second',
    async (how) => {
      fleet = await Fleet.start();
      const course = await fleet.run([node('bad', `hanging.${how}`)], {
        during: onceStarted((segmentId) => fleet.workers.cancel(segmentId, cancelled)),
      });
      expect(course.lost).toMatchObject({ cause: 'cancelled', ownKill: true, runningNodeIds: ['bad'] });
      expect(course.ms).toBeGreaterThan(950);
      expect(course.ms).toBeLessThan(2000);
      await expectNextDone();
    },
  );

  it('ends what a node has started together with its worker', async () => {
    fleet = await Fleet.start();
    let childPid = 0;
    const course = await fleet.run([node('bad', 'dying.with-child')], {
      during: (message, segmentId) => {
        if (message.kind !== 'node-progress') return;
        childPid = Number(message.message);
        expect(isAlive(childPid)).toBe(true);
        fleet.workers.cancel(segmentId, cancelled);
      },
    });
    expect(course.lost?.cause).toBe('cancelled');
    await until(() => !isAlive(childPid), 1000);
  });

  it('replaces a worker that has grown too much once it is idle', async () => {
    fleet = await Fleet.start({ memoryLimitMiB: 300 });
    const pid = fleet.pid();
    const course = await fleet.run([node('leak', 'leaking.keep', { mib: 220, holdMs: 600 })]);
    expect(course.ended?.outcome).toBe('done');
    await until(() => fleet.pid() !== pid && fleet.pid() !== undefined, 3000);
    const after = await fleet.run([node('leak', 'leaking.keep', { mib: 1 })]);
    expect(after.done('leak')?.outputs.keptMiB).toEqual({ kind: 'inline', value: 1 });
  });

  it('kills a worker that has grown beyond twice its limit', async () => {
    fleet = await Fleet.start({ memoryLimitMiB: 200 });
    const course = await fleet.run([node('leak', 'leaking.keep', { mib: 500, holdMs: 20_000 })]);
    expect(course.lost).toMatchObject({ cause: 'memory', ownKill: false, runningNodeIds: ['leak'] });
    expect(course.ms).toBeLessThan(6000);
  });

  it('says that its workers do not start instead of waiting for ever', async () => {
    fleet = await Fleet.start();
    const missing = path.join(path.dirname(workerPath), 'no-such-file.js');
    await expect(Fleet.start({ workerPath: missing })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('ends workers that are busy when it stops, and reports them as stopped', async () => {
    fleet = await Fleet.start();
    let stopped: Promise<void> | undefined;
    const course = await fleet.run([node('long', 'steady.pause', { ms: 60_000 })], {
      during: onceStarted(() => (stopped = fleet.workers.stop(2000))),
    });
    await stopped;
    expect(course.lost).toMatchObject({ cause: 'stopped', ownKill: true, runningNodeIds: ['long'] });
    expect(fleet.workers.states()).toMatchObject([{ state: 'stopped', pid: undefined }]);
  });

  it.each(['idle', 'hanging.loop'])(
    'leaves no worker behind when the server is killed (%s)',
    async (work) => {
      fleet = await Fleet.start();
      const server = spawn(
        process.execPath,
        [path.join(import.meta.dirname, 'doomed-server.mjs'), fleet.folder, work],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const pid = Number(String((await server.stdout.take(1).toArray())[0]));
      expect(isAlive(pid)).toBe(true);
      await sleep(300);
      server.kill('SIGKILL');
      await until(() => !isAlive(pid), 2000);
    },
  );
});

/** A process that has ended may stay in the table until somebody asks for it; that is not alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

async function until(holds: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`it did not come about within ${withinMs} ms`);
    await sleep(20);
  }
}
