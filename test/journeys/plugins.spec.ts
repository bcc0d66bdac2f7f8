import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { copyCheckout } from './checkout.js';
import { atelier, type Outcome, shell } from './terminal.js';

/** The lines that `plugins new` says to type next. */
function nextCommands({ stdout }: Outcome): string {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .join('\n');
}

let folder: string;
let home: string;

beforeEach(async () => {
  folder = await copyCheckout();
  home = await mkdtemp(path.join(os.tmpdir(), 'atelier-test-'));
}, 60_000);

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
});

describe('atelier plugins new', () => {
  it('writes a plugin whose test, pipeline and listing work as it says', async () => {
    const written = await shell('npx atelier plugins new tinted-edge', { home, cwd: folder });
    const typed = await shell(nextCommands(written), { home, cwd: folder });
    expect(typed).toMatchObject({ code: 0, stdout: expect.stringContaining('tinted-edge.border@1') });
    expect(typed.stderr).toMatch(/Tests: .* passed/);
    const { width, height } = await sharp(path.join(folder, 'out/image.png')).metadata();
    expect([width, height]).toEqual([1600 + 48, 1067 + 48]);
  }, 180_000);

  it('writes one elsewhere, which has all it needs there', async () => {
    const parent = path.join(folder, 'my own plugins');
    const written = await atelier(['plugins', 'new', 'edges', '--dir', parent], { home });
    const offline = { npm_config_offline: 'true' };
    const typed = await shell(nextCommands(written), { home, cwd: folder, env: offline });
    expect(typed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^# fail 0$/m) });
    const { width } = await sharp(path.join(parent, 'edges/out/image.png')).metadata();
    expect(width).toBe(1600 + 48);
  }, 180_000);
});
