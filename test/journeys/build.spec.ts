import { access, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { copyCheckout } from './checkout.js';
import { type Outcome, shell } from './terminal.js';

const building = 'Building Atelier';

describe('the command in a fresh checkout', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await copyCheckout();
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const inside = (...names: string[]) => path.join(folder, ...names);
  // From another folder, as it may be called from anywhere.
  const version = (): Promise<Outcome> =>
    shell(`node ${inside('bin/atelier.js')} --version`, { home: inside('data'), cwd: path.dirname(folder) });

  it('builds once, saying so beside the answer, whoever asks at the same time', async () => {
    await rm(inside('dist'), { recursive: true });
    const outcomes = await Promise.all([version(), version()]);
    for (const { code, stdout } of outcomes)
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
    expect(outcomes.filter(({ stderr }) => stderr.includes(building))).toHaveLength(1);
  }, 180_000);

  it('does not build again', async () => {
    expect((await version()).stderr).toBe('');
  }, 60_000);

  it('builds again after a change, over the lock of a build that was interrupted', async () => {
    const now = new Date();
    await utimes(inside('src/config.ts'), now, now);
    await writeFile(inside('dist/.building'), '99999999');
    expect(await version()).toMatchObject({ code: 0, stderr: expect.stringContaining(building) });
    await expect(access(inside('dist/.building'))).rejects.toThrow();
  }, 180_000);

  it('says what the compiler says when the sources are broken', async () => {
    await writeFile(inside('src/config.ts'), 'export const broken: number = "text";\n');
    const { code, stdout, stderr } = await version();
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/src\/config\.ts\(1,14\).*\n(.*\n)*Atelier could not be built/);
  }, 180_000);
});
