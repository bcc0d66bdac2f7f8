import { readFileSync } from 'node:fs';
import ts from 'typescript';
import { conversions } from './compatible.js';
import { failureCodes, portTypes, type PluginDefinition, type PortType } from './index.js';
import { testPlugin } from './testing/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The cells of the table under a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const section = readme.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`))!;
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function wordsIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([, word]) => word!);
}

async function exampleOfReadme(): Promise<PluginDefinition> {
  const [, source] = /```ts\n([^]*?)```/.exec(readme)!;
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(source!, { compilerOptions: options });
  const url = `data:text/javascript,${encodeURIComponent(outputText)}`;
  return ((await import(url)) as { default: PluginDefinition }).default;
}

testPlugin(await exampleOfReadme());

describe('the README', () => {
  it('lists every port', () => {
    expect(tableUnder('Ports').map(([port]) => port)).toEqual(portTypes.map((type) => `\`port.${type}()\``));
  });

  it('says what may be connected', () => {
    const rows = tableUnder('What may be connected').map(([from, to]) => [wordsIn(from!)[0], wordsIn(to!)]);
    expect(Object.fromEntries(rows) as Record<PortType, PortType[]>).toEqual(conversions);
  });

  it('explains every failure with its sentence', () => {
    expect(tableUnder('Failures')).toEqual(
      Object.entries(failureCodes).map(([code, sentence]) => [`\`${code}\``, sentence]),
    );
  });

  it('explains every member of the context', () => {
    const source = readFileSync(new URL('./context.ts', import.meta.url), 'utf8');
    const [, body] = /export interface RunContext \{([^]*?)\n\}/.exec(source)!;
    const members = Array.from(body!.matchAll(/^ {2}(?:readonly )?(\w+)[:(]/gm), ([, name]) => name!);
    const explained = tableUnder('The context').map(([member]) => /\w+/.exec(member!)![0]);
    expect(explained.sort()).toEqual(members.sort());
  });

  it('explains every type of value', () => {
    const source = readFileSync(new URL('./values.ts', import.meta.url), 'utf8');
    const types = Array.from(source.matchAll(/^export interface (\w+)/gm), ([, name]) => name!);
    expect(
      tableUnder('Values')
        .flatMap(([type]) => wordsIn(type!))
        .sort(),
    ).toEqual(types.sort());
  });
});
