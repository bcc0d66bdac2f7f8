import { jest } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FromWorker } from '../../src/worker/protocol.js';
import { Fleet, local, node, type Course } from './fleet.js';

const manifest = {
  id: 'tiny',
  name: 'Tiny',
  version: '1.0.0',
  family: 'test',
  files: [{ path: 'weights.bin' }],
  memory: { weights: 1 },
};

jest.setTimeout(30_000);

describe('the course of a segment', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({
      async prepare(folder) {
        await mkdir(path.join(folder, 'models/tiny'), { recursive: true });
        await writeFile(path.join(folder, 'models/tiny/model.json'), JSON.stringify(manifest));
        await writeFile(path.join(folder, 'models/tiny/weights.bin'), 'weights');
      },
    });
  });
  afterAll(() => fleet.stop());

  it('tells of each node that it starts and is done, in an order that respects the connections', async () => {
    const course = await fleet.run([
      node('one', 'steady.add', { a: 0 }),
      node('two', 'steady.add', { a: local('one', 'sum') }),
      node('three', 'steady.add', { a: local('one', 'sum'), b: local('two', 'sum') }),
    ]);
    expect(
      course.messages.map((said) => ('nodeId' in said ? `${said.kind} ${said.nodeId}` : said.kind)),
    ).toEqual([
      'node-started one',
      'node-done one',
      'node-started two',
      'node-done two',
      'node-started three',
      'node-done three',
      'segment-ended',
    ]);
    expect(course.ended).toMatchObject({ outcome: 'done', reusable: true });
    expect(course.done('three')?.outputs).toEqual({ sum: { kind: 'inline', value: 3 } });
  });

  it('lets independent nodes overlap', async () => {
    const nodes = [1, 2, 3].map((number) => node(`pause-${number}`, 'steady.pause', { ms: 400 }));
    const course = await fleet.run(nodes);
    const starts = nodes.map(({ id }) => numberOf(course, id, 'startedAt'));
    const ends = nodes.map(({ id }) => numberOf(course, id, 'endedAt'));
    expect(Math.max(...starts)).toBeLessThan(Math.min(...ends));
    expect(course.ms).toBeLessThan(1100);
  });

  it('runs one node after the other on an accelerator, whose memory each needs for itself', async () => {
    const nodes = [1, 2].map((number) => node(`pause-${number}`, 'steady.pause', { ms: 100 }));
    const course = await fleet.run(nodes, { target: 'accelerator' });
    const [first, second] = nodes.map(({ id }) => id) as [string, string];
    expect(numberOf(course, second, 'startedAt')).toBeGreaterThanOrEqual(numberOf(course, first, 'endedAt'));
  });

  it('reports progress that never runs backwards, at most five times a second, with small previews', async () => {
    const course = await fleet.run([node('count', 'steady.count', { to: 150, everyMs: 8 })]);
    const reports = course.messages.filter((said) => said.kind === 'node-progress');
    const steps = reports.filter(({ preview }) => preview === undefined);
    const previews = reports.flatMap(({ preview }) => preview ?? []);
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.length).toBeLessThanOrEqual(Math.ceil((course.ms / 1000) * 5) + 1);
    expect(steps.map(({ fraction }) => fraction)).toEqual(
      steps.map(({ fraction }) => fraction).sort((a, b) => a - b),
    );
    expect(previews.length).toBeGreaterThan(0);
    for (const preview of previews) {
      expect(preview.length).toBeLessThanOrEqual(16_000);
      expect(Buffer.from(preview.subarray(8, 12)).toString()).toBe('WEBP');
    }
  });

  it('tries a node again as its retry says', async () => {
    const flaky = node('flaky', 'steady.flaky', { times: 2 }, { retry: { attempts: 3, delayMs: 50 } });
    const course = await fleet.run([flaky]);
    const attempts = course.messages.filter((said) => said.kind === 'node-failed');
    expect(attempts.map(({ attempt, final }) => [attempt, final])).toEqual([
      [1, false],
      [2, false],
    ]);
    expect(course.done('flaky')?.outputs.tries).toEqual({ kind: 'inline', value: 3 });
    expect(course.ms).toBeGreaterThan(100);
  });

  it('does not try again what can only end in the same way', async () => {
    const course = await fleet.run([
      node('add', 'steady.add', { a: 'text' }, { retry: { attempts: 3, delayMs: 1000 } }),
    ]);
    expect(course.failed('add')).toMatchObject({
      attempt: 1,
      final: true,
      failure: { code: 'invalid-input' },
    });
  });

  it('aborts the other nodes when one fails, and says so at once', async () => {
    const course = await fleet.run([
      node('long', 'steady.pause', { ms: 10_000 }),
      node('broken', 'throwing.later'),
      node('after', 'steady.inspect', { json: local('broken', 'value') }),
    ]);
    expect(course.ended).toMatchObject({ outcome: 'failed', reusable: true });
    expect(course.messages.filter((said) => said.kind === 'node-failed').map(({ nodeId }) => nodeId)).toEqual(
      ['broken'],
    );
    expect(course.ms).toBeLessThan(1000);
  });

  it('goes on after a node that may fail, without the nodes that need it and with those that can do without', async () => {
    const course = await fleet.run([
      node('broken', 'throwing.at-once', {}, { onError: 'continue' }),
      node('needs', 'steady.add', { a: local('broken', 'value') }),
      node('needs-that', 'steady.add', { a: local('needs', 'sum') }),
      node('could', 'steady.inspect', { json: local('broken', 'value') }),
    ]);
    const skipped = course.messages
      .filter((said) => said.kind === 'node-skipped')
      .map(({ nodeId }) => nodeId);
    expect(skipped).toEqual(['needs', 'needs-that']);
    expect(course.done('could')).toBeDefined();
    expect(course.ended?.outcome).toBe('done');
  });

  it('ends a cancelled segment whose nodes listen, and keeps the worker', async () => {
    const pid = fleet.pid();
    const course = await fleet.run(
      [
        node('long', 'steady.pause', { ms: 10_000 }),
        node('next', 'steady.add', { a: local('long', 'startedAt') }),
      ],
      {
        during: cancelWhen('node-started'),
      },
    );
    expect(course.ended).toMatchObject({ outcome: 'cancelled', reusable: true });
    expect(course.messages.some((said) => said.kind === 'node-failed' || said.kind === 'node-done')).toBe(
      false,
    );
    expect(course.ms).toBeLessThan(500);
    expect(fleet.pid()).toBe(pid);
  });

  it('cancels a long chain of quick nodes between two of them', async () => {
    const chain = Array.from({ length: 5000 }, (_, index) =>
      node(`n${index}`, 'steady.add', { a: index === 0 ? 0 : local(`n${index - 1}`, 'sum') }),
    );
    const course = await fleet.run(chain, { during: cancelWhen('node-done') });
    expect(course.ended?.outcome).toBe('cancelled');
    expect(course.messages.length).toBeLessThan(5000);
  });

  it('loads a model once and holds it until the scheduler evicts it', async () => {
    const use = node('use', 'steady.use-model', { model: 'tiny' });
    const counts = async (options: Parameters<Fleet['run']>[1]) => {
      const course = await fleet.run([use], options);
      return {
        ...course.done('use')?.outputs,
        told: course.messages.filter((said) => said.kind === 'model-loaded').length,
      };
    };
    const inline = (value: number) => ({ kind: 'inline', value });
    const placed = { models: ['tiny'] };
    expect(await counts(placed)).toEqual({ loads: inline(1), disposals: inline(0), told: 1 });
    expect(await counts({ ...placed, loads: [] })).toEqual({
      loads: inline(1),
      disposals: inline(0),
      told: 0,
    });
    expect(await counts({ ...placed, evictions: ['tiny'] })).toEqual({
      loads: inline(2),
      disposals: inline(1),
      told: 1,
    });
    // A segment that does not declare its model leaves nothing behind.
    expect(await counts({ evictions: ['tiny'] })).toEqual({
      loads: inline(3),
      disposals: inline(2),
      told: 1,
    });
    expect(await counts(placed)).toEqual({ loads: inline(4), disposals: inline(3), told: 1 });
  });

  it('brings what a node logs and prints into the log of the server, but no flood', async () => {
    const course = await fleet.run([node('speak', 'steady.speak', { times: 5000 })]);
    expect(course.done('speak')).toBeDefined();
    expect(fleet.log).toContainEqual({
      level: 'info',
      message: 'said quietly',
      fields: {
        deviceId: 'host:0',
        jobId: 'job',
        nodeId: 'speak',
        nodeType: 'steady.speak',
        size: '1',
        tempDir: expect.any(String),
      },
    });
    await fleet.run([node('pause', 'steady.pause', { ms: 200 })]);
    const aloud = fleet.log.filter(({ message }) => message.startsWith('said aloud'));
    expect(aloud[0]).toEqual({
      level: 'info',
      message: 'said aloud 0',
      fields: { deviceId: 'host:0', printed: true },
    });
    expect(aloud.length).toBeLessThan(200);
  });

  it.each([
    ['together', false, { loads: 2, disposals: 0 }],
    ['one after the other where they take turns', true, { loads: 3, disposals: 2 }],
  ])('holds the parts of a model %s', async (_, turns, expected) => {
    const use = (id: string, part: string, before?: string) =>
      node(id, 'steady.use-model', {
        model: 'tiny',
        part,
        ...(before === undefined ? {} : { after: local(before, 'loads') }),
      });
    const models = ['tiny'];
    const first = await fleet.run([use('none', 'weights')], { models, evictions: models });
    const counted = (course: typeof first, id: string, output: string): number => {
      const ref = course.done(id)?.outputs[output];
      return ref?.kind === 'inline' ? Number(ref.value) : NaN;
    };
    const nodes = [use('a', 'one'), use('b', 'two', 'a'), use('c', 'one', 'b')];
    const all = nodes.map((each) => ({ ...each, exports: ['loads', 'disposals'] }));
    const course = await fleet.run(all, { models, turns, evictions: models, target: 'accelerator' });
    // The eviction before it has disposed of the part that the first segment has loaded.
    expect({
      loads: counted(course, 'c', 'loads') - counted(first, 'none', 'loads'),
      disposals: counted(course, 'c', 'disposals') - counted(first, 'none', 'disposals') - 1,
    }).toEqual(expected);
  });

  it('says which model is missing', async () => {
    const course = await fleet.run([node('use', 'steady.use-model', { model: 'absent' })]);
    expect(course.failed('use')?.failure).toMatchObject({
      code: 'model-missing',
      details: { model: 'absent' },
    });
  });

  it('fails a node that no plugin has', async () => {
    const course = await fleet.run([node('x', 'steady.unknown')]);
    expect(course.failed('x')?.failure).toMatchObject({ code: 'unavailable' });
  });

  it('refuses work for a worker that is busy or unknown', async () => {
    const course = await fleet.run([node('pause', 'steady.pause', { ms: 50 })], {
      during: (_, id) => {
        const again = () =>
          fleet.workers.run(
            'host:0',
            { id, jobId: 'job', target: 'host', models: [], workingMiB: 0, turns: false, nodes: [] },
            [],
            [],
          );
        if (_.kind === 'node-started') expect(again).toThrow('not free');
      },
    });
    expect(course.ended?.outcome).toBe('done');
    expect(() =>
      fleet.workers.run(
        'cuda:7',
        { id: 'x', jobId: 'job', target: 'host', models: [], workingMiB: 0, turns: false, nodes: [] },
        [],
        [],
      ),
    ).toThrow('no device');
  });

  function cancelWhen(kind: FromWorker['kind']) {
    return (message: FromWorker, segmentId: string): void => {
      const failure = { code: 'cancelled', message: 'The job was cancelled.', details: {} } as const;
      if (message.kind === kind) fleet.workers.cancel(segmentId, failure);
    };
  }
});

function numberOf(course: Course, nodeId: string, output: string): number {
  return (course.done(nodeId)?.outputs[output] as { value: number }).value;
}
