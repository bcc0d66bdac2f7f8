import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './sources.js';

interface Violation {
  rule: { name: string };
  from: string;
  to: string;
}

const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const rules = path.join(root, '.dependency-cruiser.cjs');

/** `rule: file → import` of everything that breaks a rule. */
async function violations(folder: string): Promise<string[]> {
  const found = await promisify(execFile)(
    process.execPath,
    [cruiser, 'src', 'packages', 'plugins', '--config', rules, '--output-type', 'json'],
    { cwd: folder, maxBuffer: 100_000_000 },
  ).catch((error: { stdout?: string; stderr?: string }) => {
    if (!error.stdout) throw new Error(error.stderr);
    return { stdout: error.stdout };
  });
  const { summary } = JSON.parse(found.stdout) as { summary: { violations: Violation[] } };
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** Each rule of the house and one import that breaks it: rule, importing file, what it imports, where that leads. */
const offences: [rule: string, from: string, specifier: string, to?: string][] = [
  ['no-cycles', 'src/engine/egg.ts', './hen.js', 'src/engine/hen.ts'],
  ['resolvable', 'src/engine/lost.ts', './nowhere.js', './nowhere.js'],
  ['declared-dependencies', 'plugins/paint/undeclared.ts', 'sharp'],
  ['no-dev-dependencies', 'src/server/tested.ts', 'jest'],
  ['packages-stand-alone', 'packages/sdk/src/curious.ts', '../../../src/config.js', 'src/config.ts'],
  ['plugins-use-the-public-door', 'plugins/paint/back-door.ts', '../../src/config.js', 'src/config.ts'],
  ['plugins-stand-alone', 'plugins/paint/borrows.ts', '../other/index.js', 'plugins/other/index.ts'],
  ['engine-is-pure', 'src/engine/reads.ts', 'node:fs', 'fs'],
  ['engine-is-pure', 'src/engine/waits.ts', 'node:timers/promises', 'timers/promises'],
  ['engine-is-pure', 'src/engine/stores.ts', 'typeorm'],
  ['engine-is-pure', 'src/engine/configured.ts', '../config.js', 'src/config.ts'],
  ['runtime-imports', 'src/runtime/climbs.ts', '../worker/segment.js', 'src/worker/segment.ts'],
  ['worker-imports', 'src/worker/climbs.ts', '../server/jobs.js', 'src/server/jobs.ts'],
  ['server-imports', 'src/server/runs.ts', '../worker/segment.js', 'src/worker/segment.ts'],
  [
    'dialects-use-services',
    'src/dialects/desktop/rows.ts',
    '../../server/job.entity.js',
    'src/server/job.entity.ts',
  ],
  ['dialects-use-services', 'src/dialects/desktop/native.ts', '../../runtime/base.js', 'src/runtime/base.ts'],
  [
    'dialects-stand-alone',
    'src/dialects/desktop/borrows.ts',
    '../krea/index.js',
    'src/dialects/krea/index.ts',
  ],
  ['cli-imports', 'src/cli/shortcut.ts', '../worker/segment.js', 'src/worker/segment.ts'],
  ['nothing-imports-the-cli', 'src/server/prints.ts', '../cli/base.js', 'src/cli/base.ts'],
];

/** Files that the offending ones import, and imports of every kind that are allowed. */
const lawful: Record<string, string[]> = {
  'src/config.ts': ['zod'],
  'src/engine/hen.ts': ['./egg.js'],
  'src/engine/base.ts': ['@atelier/sdk', 'node:crypto', 'lossless-json'],
  'src/runtime/base.ts': ['../engine/base.js', 'node:fs'],
  'src/worker/protocol.ts': ['../engine/base.js'],
  'src/worker/segment.ts': ['./protocol.js', '../runtime/base.js', '../engine/base.js'],
  'src/server/job.entity.ts': ['typeorm'],
  'src/server/jobs.ts': ['./job.entity.js', '../engine/base.js', '../worker/protocol.js', '../config.js'],
  'src/dialects/krea/index.ts': ['../../server/jobs.js', '@atelier/sdk'],
  'src/main.ts': ['./server/jobs.js', './dialects/krea/index.js'],
  'src/cli/base.ts': ['../main.js', '../config.js', '../runtime/base.js', '../server/jobs.js'],
  'packages/sdk/src/index.ts': ['zod'],
  'plugins/other/index.ts': ['@atelier/sdk', 'node:fs'],
  'plugins/other/index.spec.ts': ['./index.js', '../../src/config.js'],
};

async function writeHouse(folder: string): Promise<void> {
  const importing = (specifiers: string[]): string =>
    specifiers.map((specifier) => `import '${specifier}';\n`).join('') + 'export {};\n';
  const files = {
    ...lawful,
    ...Object.fromEntries(offences.map(([, from, specifier]) => [from, [specifier]])),
  };
  for (const [name, specifiers] of Object.entries({ ...files, 'src/server/unused.ts': [] })) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), importing(specifiers));
  }
  const manifest = JSON.stringify({ name: 'p', version: '1.0.0', peerDependencies: { '@atelier/sdk': '*' } });
  for (const name of ['paint', 'other'])
    await writeFile(path.join(folder, 'plugins', name, 'package.json'), manifest);
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.base.json', 'packages/sdk/package.json']) {
    await cp(path.join(root, name), path.join(folder, name));
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
}

describe('the imports of the house', () => {
  it('run one way', async () => {
    expect(await violations(root)).toEqual([]);
  }, 60_000);
});

describe('the rules for imports', () => {
  let folder: string;
  let found: string[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'atelier-imports-'));
    await writeHouse(folder);
    found = await violations(folder);
  }, 60_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(offences)('%s finds %s importing %s', (rule, from, _specifier, to = '') => {
    expect(found.some((violation) => violation.startsWith(`${rule}: ${from} → ${to}`))).toBe(true);
  });

  it('find a file that nobody uses', () => {
    expect(found).toContain('no-orphans: src/server/unused.ts → src/server/unused.ts');
  });

  it('accept everything else', () => {
    const guilty = new Set([
      ...offences.map(([, from]) => from),
      'src/engine/hen.ts',
      'src/server/unused.ts',
    ]);
    expect(
      found.filter((violation) => ![...guilty].some((file) => violation.includes(`: ${file} →`))),
    ).toEqual([]);
  });
});
