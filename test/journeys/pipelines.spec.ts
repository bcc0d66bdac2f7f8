import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startServer, type TestServer } from '../harness/server.js';
import { atelier } from './terminal.js';

let server: TestServer;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-pipelines-'));
  server = await startServer();
}, 90_000);

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function validate(text: string) {
  const file = path.join(folder, 'pipeline.json');
  await writeFile(file, text);
  return atelier(['pipelines', 'validate', file], { home: server.home });
}

describe('atelier pipelines validate', () => {
  it('names every error with its place, and fails', async () => {
    const pipeline = {
      id: 'wrong',
      version: '1.0.0',
      title: 'Wrong',
      nodes: {
        open: { use: 'image.lode', with: {} },
        big: { use: 'image.resize', with: { image: { from: 'nowhere.image' }, width: 'wide' } },
      },
      outputs: { image: { from: 'big.picture' } },
    };
    const { code, stdout, stderr } = await validate(JSON.stringify(pipeline));
    expect([code, stdout]).toEqual([1, '']);
    for (const place of [
      '/nodes/open/use',
      '/nodes/big/with/image',
      '/nodes/big/with/width',
      '/outputs/image',
    ]) {
      expect(stderr).toContain(`  ${place}`);
    }
    expect(stderr).toContain('image.load');
  }, 60_000);

  it('says where a text stops being JSON', async () => {
    const { code, stderr } = await validate('{\n  "id": oops\n}');
    expect(code).toBe(1);
    expect(stderr).toMatch(/line 2, column 9/);
  }, 60_000);

  it('says that there is no such file', async () => {
    const { code, stderr } = await atelier(['pipelines', 'validate', 'nothing.json'], { home: server.home });
    expect([code, stderr]).toEqual([1, 'There is no file nothing.json that can be read.\n']);
  }, 60_000);
});
