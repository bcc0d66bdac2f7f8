import { jest } from '@jest/globals';
import { decodeValue, type FileRef, type Latents } from '@atelier/sdk';
import type { ValueRef } from '../../src/engine/graph.js';
import type { SegmentBinding } from '../../src/engine/segment.js';
import { decodeImage } from '../../src/runtime/images.js';
import { Fleet, local, node } from './fleet.js';

type Stored = Extract<ValueRef, { kind: 'stored' }>;

jest.setTimeout(30_000);

describe('values between nodes', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start();
  });
  afterAll(() => fleet.stop());

  const inspect = async (inputs: Parameters<typeof node>[2], before: ReturnType<typeof node>[] = []) => {
    const course = await fleet.run([...before, node('look', 'steady.inspect', inputs)]);
    expect(course.failed('look')).toBeUndefined();
    return (course.done('look')?.outputs.seen as { value: Record<string, unknown> }).value;
  };
  const paint = node('paint', 'steady.paint', { width: 40, height: 30, level: 200 });

  it('keeps what is small JSON in the message and stores nothing for it', async () => {
    const course = await fleet.run([node('add', 'steady.add', { a: 1 }, { exports: ['sum'] })]);
    expect(course.done('add')).toMatchObject({
      durable: true,
      outputs: { sum: { kind: 'inline', value: 2 } },
      assets: [],
    });
  });

  it('stores an image that is needed outside the segment as a PNG, and leaves out what is not needed', async () => {
    const course = await fleet.run([{ ...paint, exports: ['image'] }]);
    const done = course.done('paint');
    const image = done?.outputs.image as Stored;
    expect(done?.durable).toBe(false);
    expect(done?.outputs).not.toHaveProperty('mask');
    expect(image).toMatchObject({ kind: 'stored', mediaType: 'image/png' });
    expect(done?.assets).toEqual([{ sha256: image.sha256, bytes: image.bytes, mediaType: 'image/png' }]);
    const pixels = await decodeImage(await fleet.assets.read(image.sha256), 1e6);
    expect(pixels).toMatchObject({ width: 40, height: 30, channels: 3 });
    expect(pixels.data.every((level) => level === 200)).toBe(true);
  });

  it('makes a node that took longer than 200 ms durable although nothing outside needs it', async () => {
    const course = await fleet.run([
      node('slow', 'steady.pause', { ms: 230 }),
      node('quick', 'steady.pause', { ms: 1 }),
    ]);
    expect(course.done('slow')).toMatchObject({ durable: true, outputs: { image: { kind: 'stored' } } });
    expect(course.done('quick')).toMatchObject({ durable: false });
  });

  it('gives a stored tensor back bit by bit in another segment', async () => {
    const first = await fleet.run([
      node('make', 'steady.latents', { seed: '18446744073709551615' }, { exports: ['latents'] }),
    ]);
    const ref = first.done('make')?.outputs.latents as Stored;
    expect(ref.mediaType).toBe('application/x-atelier-value');
    const stored = decodeValue(await fleet.assets.read(ref.sha256)) as Latents;
    const second = await fleet.run([
      node(
        'take',
        'steady.latents',
        { seed: 1, latents: { kind: 'ref', ref } },
        { exports: ['latents', 'first'] },
      ),
    ]);
    expect(second.done('take')?.outputs).toEqual({
      latents: ref,
      first: { kind: 'inline', value: stored.data[0] },
    });
  });

  it('decodes a file where an image or a mask is wanted, and encodes an image where a file is', async () => {
    const painted = await fleet.run([{ ...paint, exports: ['image', 'mask'] }]);
    const image = painted.done('paint')?.outputs.image as Stored;
    const mask = painted.done('paint')?.outputs.mask as Stored;
    const file = { sha256: image.sha256, bytes: image.bytes, mediaType: 'image/png', name: 'a.png' };
    expect(await inspect({ image: file, mask: file, file })).toMatchObject({
      image: [40, 30, 3, 200],
      mask: [40, 30, 200],
      file: ['image/png', image.bytes],
    });
    expect(
      await inspect({ image: { kind: 'ref', ref: image }, mask: { kind: 'ref', ref: mask } }),
    ).toMatchObject({
      image: [40, 30, 3, 200],
      mask: [40, 30, 200],
    });
    expect(
      await inspect({ mask: local('paint', 'image'), file: local('paint', 'image') }, [paint]),
    ).toMatchObject({ mask: [40, 30, 200], file: ['image/png', image.bytes] });
  });

  it('makes a number a seed, wrapping negative ones, and a single value a list', async () => {
    expect(await inspect({ seed: '18446744073709551615', numbers: 3 })).toMatchObject({
      seed: '18446744073709551615',
      numbers: [3],
    });
    expect(await inspect({ seed: -1 })).toMatchObject({ seed: '18446744073709551615' });
  });

  it('builds lists of values from several nodes and leaves out what was not made', async () => {
    const two = node('two', 'steady.add', { a: 1 });
    const broken = node('broken', 'throwing.at-once', {}, { onError: 'continue' });
    const seven: SegmentBinding = { kind: 'ref', ref: { kind: 'inline', value: 7 } };
    const items = [local('two', 'sum'), local('broken', 'value'), seven];
    expect(await inspect({ numbers: { kind: 'list', items } }, [two, broken])).toMatchObject({
      numbers: [2, 7],
    });
    const listed: ValueRef = {
      kind: 'list',
      items: [
        { kind: 'inline', value: 1 },
        { kind: 'inline', value: 5 },
      ],
    };
    expect(await inspect({ numbers: { kind: 'ref', ref: listed } })).toMatchObject({ numbers: [1, 5] });
  });

  it('keeps a list of small values as JSON and stores a list of pictures one by one', async () => {
    const course = await fleet.run([node('series', 'steady.series', { length: 2 }, { exports: ['images'] })]);
    const image = { kind: 'stored', mediaType: 'image/png' };
    expect(course.done('series')?.outputs).toMatchObject({
      seeds: { kind: 'inline', value: ['9223372036854775808', '9223372036854775809'] },
      images: { kind: 'list', items: [image, image] },
    });
  });

  it('takes the default where nothing is given, and leaves optional inputs undefined', async () => {
    expect(await inspect({ text: 'given' })).toMatchObject({ text: 'given', json: null });
    expect(await inspect({})).toMatchObject({ text: 'nothing', json: null });
  });

  it('stores long JSON and reads it back', async () => {
    const long = Array.from({ length: 2000 }, (_, index) => ({ index }));
    const first = await fleet.run([node('look', 'steady.inspect', { json: long }, { exports: ['seen'] })]);
    const ref = first.done('look')?.outputs.seen as Stored;
    expect(ref.kind).toBe('stored');
    const second = await fleet.run([
      node('look', 'steady.inspect', { json: { kind: 'ref', ref } }, { exports: ['seen'] }),
    ]);
    const { sha256 } = second.done('look')?.outputs.seen as Stored;
    expect(decodeValue(await fleet.assets.read(sha256))).toMatchObject({ json: { json: long } });
  });

  it('stores what a node writes and removes the folder that it was given', async () => {
    const course = await fleet.run([node('write', 'steady.write', { text: 'hello' }, { exports: ['file'] })]);
    const done = course.done('write');
    const file = (done?.outputs.file as unknown as { value: FileRef }).value;
    expect(file).toMatchObject({ bytes: 5, mediaType: 'text/plain', name: 'note.txt' });
    expect(done?.assets).toContainEqual({ sha256: file.sha256, bytes: 5, mediaType: 'text/plain' });
    expect(Buffer.from(await fleet.assets.read(file.sha256)).toString()).toBe('hello');
    const { value: tempDir } = done?.outputs.tempDir as { value: string };
    await expect(import('node:fs/promises').then(({ stat }) => stat(tempDir))).rejects.toThrow('ENOENT');
  });

  it('refuses an input that does not fit its port, naming the node and the input', async () => {
    const course = await fleet.run([node('paint', 'steady.paint', { width: 0, height: 1, level: 1 })]);
    expect(course.failed('paint')?.failure).toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/paint.*“width” must be/),
      details: { nodeId: 'paint', input: 'width' },
    });
  });

  it('answers what the fingerprint of a node says about the inputs that are known', async () => {
    const known = { name: { kind: 'inline', value: 'blue' } } as const;
    await expect(fleet.workers.fingerprint('steady.stamped', 1, known)).resolves.toBe('blue/none');
    await expect(fleet.workers.fingerprint('steady.add', 1, {})).resolves.toBeNull();
  });
});
