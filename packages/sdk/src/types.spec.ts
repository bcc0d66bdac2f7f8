import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import {
  defineNode,
  definePlugin,
  port,
  type FileRef,
  type Image,
  type Json,
  type ModelRef,
  type PortValues,
} from './index.js';
import { runNode } from './testing/index.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/** Compiled and never run: the compiler complains where an expected error is missing and where another is. */
export function whatTheCompilerKnows(): void {
  const inputs = {
    image: port.image(),
    radius: port.number({ default: 8 }),
    fit: port.enum(['cover', 'fill'], { default: 'fill' }),
    seed: port.seed(),
    model: port.model({ families: ['sd15'] }),
    logo: port.optional(port.file({ accept: ['image/*'] })),
    colours: port.list(port.colour()),
    extra: port.json(),
  };
  const known: Same<
    PortValues<typeof inputs>,
    {
      image: Image;
      radius: number;
      fit: 'cover' | 'fill';
      seed: bigint;
      model: ModelRef;
      logo?: FileRef | undefined;
      colours: string[];
      extra: Json;
    }
  > = true;
  void known;

  const base = { type: 'a.b', version: 1, title: 'B', outputs: { image: port.image() } } as const;
  const node = defineNode({
    ...base,
    inputs,
    needs: { device: 'gpu', models: ['model'], workingMiB: { input: 'radius' } },
    examples: [{ title: 'soft', inputs: { radius: 2, seed: 5 } }],
    fingerprint: ({ radius }) => `${radius?.toFixed()}`,
    run({ image, radius, fit, seed, logo, colours }, ctx) {
      radius.toFixed();
      ctx.random(seed).next().toFixed();
      colours.map((colour) => colour.toUpperCase());
      // @ts-expect-error an optional input may be absent
      void logo.name.length;
      // @ts-expect-error not one of the choices
      if (fit === 'contain') return { image };
      // @ts-expect-error the context has nothing else
      void ctx.server;
      // @ts-expect-error pixels cannot be replaced
      image.data = new Uint8Array();
      return { image };
    },
  });
  definePlugin({ id: 'a', title: 'A', version: '1.0.0', apiVersion: 1, nodes: [node] });

  // @ts-expect-error a port that is not declared
  defineNode({ ...base, inputs, run: ({ imag }) => ({ image: imag }) });
  // @ts-expect-error a missing output
  defineNode({ ...base, inputs, run: () => ({}) });
  // @ts-expect-error a misspelt output
  defineNode({ ...base, inputs, run: ({ image }) => ({ imag: image }) });
  // @ts-expect-error an output of another type
  defineNode({ ...base, inputs, run: async () => ({ image: 'a.png' }) });
  // @ts-expect-error an optional input as a required output
  defineNode({ ...base, inputs: { image: port.optional(port.image()) }, run: ({ image }) => ({ image }) });
  const passing = { ...base, inputs, run: ({ image }: { image: Image }) => ({ image }) };
  // @ts-expect-error needs a model input that is not declared
  defineNode({ ...passing, needs: { device: 'gpu', models: ['modle'] } });
  // @ts-expect-error needs an input that carries no model
  defineNode({ ...passing, needs: { device: 'gpu', models: ['image'] } });
  // @ts-expect-error no such device
  defineNode({ ...passing, needs: { device: 'tpu' } });
  // @ts-expect-error an example with an input that is not declared
  defineNode({ ...passing, examples: [{ title: 'soft', inputs: { radious: 1 } }] });
  // @ts-expect-error a node without a title
  defineNode({ type: 'a.b', version: 1, inputs, outputs: {}, run: () => ({}) });

  port.integer({ min: 1, max: 5, default: 2, title: 'Count', description: 'How many' });
  port.video({ title: 'Clip' });
  port.text({ minLength: 1, pattern: '^a' });
  // @ts-expect-error a bound that is text
  port.integer({ min: '1' });
  // @ts-expect-error a default that is not one of the choices
  port.enum(['a', 'b'], { default: 'c' });
  // @ts-expect-error an option of another port
  port.image({ min: 1 });
  // @ts-expect-error made optional by port.optional only
  port.image({ optional: true });

  void runNode(node, { radius: 5, fit: 'cover' }).then(({ image }) => image.width.toFixed());
  // @ts-expect-error no such input
  void runNode(node, { radios: 5 });
  // @ts-expect-error an input of another type
  void runNode(node, { radius: 'large' });
  // @ts-expect-error no such output
  void runNode(node, {}).then(({ mask }) => mask);
}

const here = dirname(fileURLToPath(import.meta.url));

/** The package as its own tsconfig has it, this file, and a file with the first example of the README. */
function compile(readmeExample: string): { diagnostics: string[]; declarations: Map<string, string> } {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(here, '../tsconfig.json'),
    {
      incremental: false,
      composite: false,
      emitDeclarationOnly: true,
      rootDir: '/',
      types: ['node', 'jest'],
      paths: { '@atelier/sdk': [join(here, 'index.ts')] },
    },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => expect(messageText).toBe('') },
  )!;
  const program = ts.createProgram(
    [...config.fileNames, join(here, 'types.spec.ts'), readmeExample],
    config.options,
  );
  const diagnostics = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  const declarations = new Map<string, string>();
  program.emit(undefined, (name, text) => declarations.set(name, text));
  return { diagnostics, declarations };
}

function placesOfAny(name: string, text: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${name}: ${node.parent.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

describe('the types of the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-types-'));
  let compiled: ReturnType<typeof compile>;
  beforeAll(() => {
    const readme = readFileSync(join(here, '../README.md'), 'utf8');
    writeFileSync(join(folder, 'readme.mts'), /```ts\n([^]*?)```/.exec(readme)![1]!);
    compiled = compile(join(folder, 'readme.mts'));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('let through what an author means and stop what is a slip', () => {
    expect(compiled.diagnostics).toEqual([]);
  });

  it('are never `any`', () => {
    const { declarations } = compiled;
    expect(declarations.size).toBeGreaterThan(20);
    expect([...declarations].flatMap(([name, text]) => placesOfAny(name, text))).toEqual([]);
  });
});
