import { jest } from '@jest/globals';
import { Fleet, node } from './fleet.js';

/** After what a plugin has done, the same worker or its successor does the next job right. */
async function expectSoundWorker(fleet: Fleet): Promise<void> {
  const course = await fleet.run([
    node('add', 'steady.add', { a: 1 }),
    node('look', 'steady.inspect', { numbers: [1, 2], json: { a: [1] } }),
  ]);
  expect(course.ended).toMatchObject({ outcome: 'done', reusable: true });
  expect(course.done('add')?.outputs.sum).toEqual({ kind: 'inline', value: 2 });
}

jest.setTimeout(30_000);

describe('nodes that misbehave', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
  });
  afterEach(() => expectSoundWorker(fleet));
  afterAll(() => fleet.stop());

  it.each([
    ['at-once', 'the brush is broken'],
    ['later', 'ENOENT: no such file or directory, open ‘brush.bin’'.replaceAll(/[‘’]/g, "'")],
    ['odd-failure', 'Odd, see odd.log.'],
    ['no-error', 'just text'],
    ['undefined', 'undefined'],
    ['hostile', 'cannot be shown'],
    ['orphan-rejection', 'nobody awaits me'],
  ])('fails only the node that throws: %s', async (name, says) => {
    const pid = fleet.pid();
    const course = await fleet.run([node('bad', `throwing.${name}`)]);
    expect(course.failed('bad')).toMatchObject({ attempt: 1, final: true });
    const failure = course.failed('bad')?.failure;
    expect(failure).toMatchObject({ code: 'node-failed', details: { nodeId: 'bad' } });
    expect(failure?.message).toContain(says);
    expect(JSON.stringify(failure)).not.toMatch(/\/home|\.ts|\bat /);
    expect(course.ended).toMatchObject({ outcome: 'failed' });
    expect(course.ms).toBeLessThan(2500);
    expect(fleet.pid()).toBe(pid);
  });

  it('keeps the code and details of a failure that a node throws itself', async () => {
    const course = await fleet.run([node('bad', 'throwing.a-failure')]);
    expect(course.failed('bad')?.failure).toEqual({
      code: 'model-invalid',
      message: 'The node bad failed: The weights are torn.',
      details: { model: 'tiny', nodeId: 'bad' },
    });
  });

  it('blames an exception in a callback on its node and replaces the worker', async () => {
    const pid = fleet.pid();
    const course = await fleet.run([node('bad', 'throwing.in-a-callback')]);
    expect(course.failed('bad')?.failure).toMatchObject({ code: 'node-failed' });
    expect(course.failed('bad')?.failure.message).toContain('thrown in a timer');
    expect(course.ended?.reusable).toBe(false);
    await fleet.available();
    expect(fleet.pid()).not.toBe(pid);
  });

  it('ends a node that never resolves when its time is up, within a tenth of it', async () => {
    const course = await fleet.run([node('bad', 'hanging.never', {}, { timeoutMs: 1000 })]);
    expect(course.failed('bad')?.failure).toMatchObject({
      code: 'timeout',
      details: { nodeId: 'bad', timeoutMs: 1000 },
    });
    const toldAt = course.messages.findIndex((said) => said.kind === 'node-failed');
    expect(toldAt).toBeGreaterThan(-1);
    expect(course.failedAfterMs('bad')).toBeGreaterThan(900);
    expect(course.failedAfterMs('bad')).toBeLessThan(1100);
  });

  it('replaces the worker when code goes on after its node was ended', async () => {
    const pid = fleet.pid();
    const course = await fleet.run([node('bad', 'hanging.deaf', {}, { timeoutMs: 200 })]);
    expect(course.failed('bad')?.failure.code).toBe('timeout');
    expect(course.ended).toMatchObject({ outcome: 'failed', reusable: false });
    await fleet.available();
    expect(fleet.pid()).not.toBe(pid);
  });

  it.each([
    ['nothing', 'returned no object'],
    ['text', 'returned no object'],
    ['without-note', '“note” is missing'],
    ['with-more', '“extra”, which it does not declare'],
    ['wrong-type', '“note” must be text'],
    ['too-few-pixels', '“image” must have'],
    ['huge-list', '“numbers” must have at most 10'],
    ['not-a-number', '“number” must be a finite number'],
  ])('fails a node that returns something else than it declares: %s', async (name, says) => {
    const course = await fleet.run([node('bad', `lying.${name}`)]);
    expect(course.failed('bad')?.failure).toMatchObject({ code: 'node-failed', details: { nodeId: 'bad' } });
    expect(course.failed('bad')?.failure.message).toContain(says);
  });

  it.each(['replaces-map', 'pollutes-objects', 'breaks-promises'])(
    'fails a node that changes built-in objects, and puts them back: %s',
    async (name) => {
      const course = await fleet.run([node('bad', `meddling.${name}`)]);
      expect(course.failed('bad')?.failure.message).toContain('changes built-in objects');
      expect(course.ended?.reusable).toBe(false);
    },
  );

  it('keeps plugins off the channel to the server', async () => {
    const course = await fleet.run([node('bad', 'meddling.talks-to-the-server')]);
    expect(course.ended).toMatchObject({ outcome: 'done' });
  });
});
