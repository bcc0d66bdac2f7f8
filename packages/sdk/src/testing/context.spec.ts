import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkValue } from '../live-values.js';
import { createTestContext, type TestContext } from './context.js';
import { mediaTypeOf } from './sniff.js';

describe('the type of stored bytes', () => {
  it.each([
    ['image/png', '\x89PNG\r\n'],
    ['image/webp', 'RIFF\0\0\0\0WEBP'],
    ['image/avif', '\0\0\0\x1cftypavif'],
    ['video/mp4', '\0\0\0\x1cftypisom'],
    ['audio/wav', 'RIFF\0\0\0\0WAVE'],
    ['image/svg+xml', '<?xml version="1.0"?>\n<svg xmlns="x">'],
    ['image/svg+xml', ' <svg>'],
    ['application/json', ' {"a": 1}'],
    ['text/plain', 'a < b'],
    ['text/plain', ''],
    ['application/octet-stream', 'a\0b'],
  ])('is %s for %j', (mediaType, bytes) => {
    expect(mediaTypeOf(Buffer.from(bytes, 'latin1'))).toBe(mediaType);
  });
});

describe('the context of a test', () => {
  let ctx: TestContext;
  beforeEach(() => {
    ctx = createTestContext();
  });
  afterEach(() => ctx.close());

  it('has an empty folder for the run, which is gone afterwards', async () => {
    expect(await readdir(ctx.tempDir)).toEqual([]);
    await ctx.close();
    expect(existsSync(ctx.tempDir)).toBe(false);
  });

  it('stores bytes under their digest and gives them back, in memory and as a file', async () => {
    const file = await ctx.assets.write(Buffer.from('hello'), 'hello.txt');
    expect(file).toEqual({
      sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      bytes: 5,
      mediaType: 'text/plain',
      name: 'hello.txt',
    });
    expect(Buffer.from(await ctx.assets.read(file)).toString()).toBe('hello');
    expect(await readFile(await ctx.assets.path(file), 'utf8')).toBe('hello');
  });

  it('takes over a file of the temporary folder', async () => {
    const path = join(ctx.tempDir, 'made.json');
    await writeFile(path, '{"a":1}');
    const file = await ctx.assets.write({ path }, 'made.json');
    expect(file.mediaType).toBe('application/json');
    expect(existsSync(path)).toBe(false);
    expect(Buffer.from(await ctx.assets.read(file)).toString()).toBe('{"a":1}');
  });

  it('takes over no file from elsewhere and no name with a folder', async () => {
    await expect(ctx.assets.write({ path: '/etc/hostname' }, 'x')).rejects.toMatchObject({
      code: 'invalid-input',
    });
    await expect(ctx.assets.write(Buffer.from('x'), '../x')).rejects.toMatchObject({ code: 'invalid-input' });
  });

  it('has no file that was not stored', async () => {
    const file = { sha256: '0'.repeat(64), bytes: 1, mediaType: 'text/plain', name: 'x' };
    await expect(ctx.assets.read(file)).rejects.toMatchObject({ code: 'not-found' });
    await expect(ctx.assets.path(file)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('notices stored files that were changed and files put beside them', async () => {
    const file = await ctx.assets.write(Buffer.from('hello'), 'hello.txt');
    expect(await ctx.assets.foreign()).toEqual([]);
    const path = await ctx.assets.path(file);
    await writeFile(path, 'other');
    await writeFile(`${path}.tmp`, '');
    expect((await ctx.assets.foreign()).sort()).toEqual([file.sha256, `${file.sha256}.tmp`]);
  });

  it('has samples that fit their ports and are stored', async () => {
    const { samples } = ctx;
    const values = {
      image: samples.image(),
      mask: samples.mask(),
      file: await samples.file(),
      video: await samples.video(),
      audio: await samples.audio(),
    };
    for (const [type, value] of Object.entries(values)) {
      expect([type, checkValue({ type: type as keyof typeof values }, value)]).toEqual([type, undefined]);
    }
    for (const file of [values.file, values.video.file, values.audio.file]) {
      expect((await ctx.assets.read(file)).length).toBe(file.bytes);
    }
  });

  it('has samples that are the same each time, and of the size asked for', () => {
    expect(ctx.samples.image()).toEqual(ctx.samples.image());
    expect(ctx.samples.mask({ width: 3, height: 2 }).data).toHaveLength(6);
    expect(new Set(ctx.samples.mask().data)).toEqual(new Set([0, 255]));
  });

  it('has as video and audio what their headers say', async () => {
    const video = await ctx.samples.video();
    const frames = Buffer.from(await ctx.assets.read(video.file)).toString('latin1');
    expect(frames).toMatch(/^YUV4MPEG2 W32 H24 F8:1 [^\n]*C444\nFRAME\n/);
    expect(frames.length).toBe(frames.indexOf('FRAME') + 8 * (6 + 3 * 32 * 24));
    const audio = Buffer.from(await ctx.assets.read((await ctx.samples.audio()).file));
    expect(audio.readUInt32LE(4)).toBe(audio.length - 8);
    expect(audio.readUInt32LE(24)).toBe(8000);
    expect(audio.readUInt32LE(40)).toBe(0.5 * 8000 * 2);
  });

  it('loads each part of a model once, from its folder, and lets go of it at the end', async () => {
    await mkdir(join(ctx.tempDir, 'unet'));
    await writeFile(join(ctx.tempDir, 'unet/model.onnx'), 'weights');
    const withModel = createTestContext({ models: { tiny: { family: 'sd15', folder: ctx.tempDir } } });
    const happened: string[] = [];
    const load = (): Promise<string> =>
      withModel.models.use(withModel.model('tiny'), 'unet', async (files) => {
        happened.push(`load ${files.id} ${files.family}`);
        const value = await readFile(files.path('unet/model.onnx'), 'utf8');
        expect(() => files.path('vae/model.onnx')).toThrow(
          expect.objectContaining({ code: 'model-invalid' }) as Error,
        );
        return { value, dispose: () => void happened.push('dispose') };
      });
    expect(await Promise.all([load(), load()])).toEqual(['weights', 'weights']);
    await withModel.close();
    expect(happened).toEqual(['load tiny sd15', 'dispose']);
    expect(() => ctx.model('tiny')).toThrow(expect.objectContaining({ code: 'model-missing' }) as Error);
  });

  it('keeps what the node reports', () => {
    ctx.progress(0.5, { message: 'half' });
    ctx.progress(1);
    ctx.log.warn('careful', { left: 1 });
    expect(ctx.progressed).toEqual([
      { fraction: 0.5, detail: { message: 'half' } },
      { fraction: 1, detail: {} },
    ]);
    expect(ctx.logged).toEqual([{ level: 'warn', message: 'careful', fields: { left: 1 } }]);
  });
});
