import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const root = path.resolve(import.meta.dirname, '../..');

/** A file of the product, without its specs. `name` is relative to the repository. */
export interface Source {
  name: string;
  lines: number;
  tree: ts.SourceFile;
}

export interface FunctionSize {
  where: string;
  lines: number;
}

const shelves = ['src', 'packages', 'plugins'];
const leftOut = new Set(['node_modules', 'dist']);

/** Every TypeScript file that runs for users. */
export function productSources(): Source[] {
  return shelves
    .flatMap((shelf) => filesOf(shelf))
    .map((name) => source(name, readFileSync(path.join(root, name), 'utf8')));
}

export function source(name: string, text: string): Source {
  const tree = ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
  return { name, lines: text.trimEnd().split('\n').length, tree };
}

export function functionSizes({ name, tree }: Source): FunctionSize[] {
  return nodesOf(tree)
    .filter((node) => ts.isFunctionLike(node) && 'body' in node && node.body !== undefined)
    .map((node) => {
      const first = lineOf(tree, node.getStart());
      return { where: `${name}:${first}`, lines: lineOf(tree, node.getEnd()) - first + 1 };
    });
}

/** Where a source says `any`. */
export function anyTypes({ name, tree }: Source): string[] {
  return nodesOf(tree)
    .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
    .map((node) => `${name}:${lineOf(tree, node.getStart())}`);
}

/** Where a source uses one of these expressions, such as `Date.now` or `setTimeout`, or imports it from a built-in module. */
export function usesOf({ name, tree }: Source, expressions: readonly string[]): string[] {
  return nodesOf(tree)
    .filter((node) => expressions.includes(spelling(node)))
    .map((node) => `${name}:${lineOf(tree, node.getStart())} ${spelling(node)}`);
}

/** The smallest number that at least `share` of the numbers do not exceed. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function spelling(node: ts.Node): string {
  if (ts.isPropertyAccessExpression(node)) return node.getText().replace(/^globalThis\./, '');
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    return ts.isIdentifier(node.expression) ? node.expression.text : '';
  }
  if (!ts.isImportSpecifier(node)) return '';
  const module = node.parent.parent.parent.moduleSpecifier as ts.StringLiteral;
  return `${module.text.replace('node:', '')}.${(node.propertyName ?? node.name).text}`;
}

function filesOf(folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : filesOf(name);
    return /(?<!\.spec|\.d)\.ts$/.test(entry.name) ? [name] : [];
  });
}

function nodesOf(node: ts.Node): ts.Node[] {
  const found = [node];
  node.forEachChild((child) => void found.push(...nodesOf(child)));
  return found;
}

function lineOf(tree: ts.SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}
