import type { AnyNode, PipelineDocument } from '@atelier/sdk';

export type Result = { value: unknown } | 'absent';
type Results = Record<string, Result>;

type Node = PipelineDocument['nodes'][string];

interface Item {
  name: string;
  element: unknown;
  index: number;
}

type Evaluate = (json: unknown, item?: Item) => Result;

/** A node that may not fail has failed. */
export class JobFailed extends Error {}

/**
 * What a pipeline comes to, found in the most obvious way: recursively, one node after the other, straight from the documents,
 * without graphs, plans, segments or caches. The engine has to come to the same.
 */
export class Reference {
  failures = 0;

  constructor(
    private readonly definitions: ReadonlyMap<string, AnyNode>,
    private readonly documents: ReadonlyMap<string, PipelineDocument>,
    private readonly fails: (type: string, inputs: Record<string, unknown>) => boolean,
  ) {}

  outputsOf(document: PipelineDocument, inputs: Results): Results {
    return this.pipeline(document, inputs, false);
  }

  private pipeline(document: PipelineDocument, inputs: Results, continues: boolean): Results {
    const steps = new Map<string, Results>();
    const stepOf = (name: string): Results => {
      const known = steps.get(name) ?? this.step(document.nodes[name]!, evaluate, continues);
      steps.set(name, known);
      return known;
    };
    const evaluate: Evaluate = (json, item) => {
      const entries =
        typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.entries(json) : [];
      const [kind, argument] = (entries.length === 1 ? entries[0]! : ['', null]) as [string, never];
      const each = (): Result[] => (argument as unknown[]).map((part) => evaluate(part, item));
      switch (kind) {
        case 'input':
          return inputs[argument] ?? 'absent';
        case 'item':
          return { value: argument === `${item!.name}.index` ? item!.index : item!.element };
        case 'from': {
          const [name, output] = (argument as string).split('.') as [string, string];
          return stepOf(name)[output]!;
        }
        case 'list':
          return gathered(each());
        case 'first':
          return firstOf(argument, (option) => evaluate(option, item));
        case 'not': {
          const operand = evaluate(argument, item);
          return operand !== 'absent' ? { value: operand.value !== true } : operand;
        }
        case 'equals': {
          const [left, right] = each() as [Result, Result];
          return left === 'absent' || right === 'absent' ? 'absent' : { value: left.value === right.value };
        }
        default:
          return { value: json };
      }
    };
    return lazily(Object.keys(document.outputs), (name) => evaluate(document.outputs[name]));
  }

  private step(node: Node, evaluate: Evaluate, continues: boolean): Results {
    const outputs = this.outputNames(node.use);
    const all = (result: Result): Results => Object.fromEntries(outputs.map((output) => [output, result]));
    const policy = continues || node.onError === 'continue';
    const turn = (item?: Item): Results => this.once(node, (json) => evaluate(json, item), policy);
    const asksEachTurn = node.forEach !== undefined && JSON.stringify(node.when ?? null).includes('"item"');
    const refusal = asksEachTurn ? null : refusalOf(node, evaluate);
    if (refusal) return all(refusal);
    if (!node.forEach) return turn();
    const { as } = node.forEach;
    const list = evaluate(node.forEach.of);
    if (list === 'absent') return all(list);
    const turns = (list.value as unknown[]).map((element, index) => {
      const item = { name: as, element, index };
      const refused = asksEachTurn ? refusalOf(node, (json) => evaluate(json, item)) : null;
      return refused ? all(refused) : turn(item);
    });
    return Object.fromEntries(
      outputs.map((output) => [output, gathered(turns.map((each) => each[output]!))]),
    );
  }

  private once(node: Node, evaluate: (json: unknown) => Result, continues: boolean): Results {
    const given = (input: string): Result => {
      const json = (node.with ?? {})[input];
      return json === undefined ? 'absent' : evaluate(json);
    };
    const inner = this.documents.get(node.use);
    if (!inner) return this.node(node.use, given, continues);
    const inputs = lazily(Object.keys(inner.inputs), (input) => {
      const result = given(input);
      const spec = inner.inputs[input]!;
      return result !== 'absent' || !('default' in spec) ? result : { value: spec.default };
    });
    return this.pipeline(inner, inputs, continues);
  }

  private outputNames(use: string): string[] {
    return Object.keys(this.documents.get(use)?.outputs ?? this.definitions.get(use)!.outputs);
  }

  private node(use: string, given: (input: string) => Result, continues: boolean): Results {
    const definition = this.definitions.get(use)!;
    const outputs = Object.keys(definition.outputs);
    const all = (result: Result): Results => Object.fromEntries(outputs.map((output) => [output, result]));
    const inputs: Record<string, unknown> = {};
    for (const [name, { spec }] of Object.entries(definition.inputs)) {
      const result = given(name);
      if (result !== 'absent') inputs[name] = result.value;
      else if ('default' in spec) inputs[name] = spec.default;
      else if (!spec.optional) return all(result);
    }
    try {
      if (this.fails(definition.type, inputs)) throw new Error('made to fail');
      const values = definition.run(inputs as never, {} as never) as Record<string, unknown>;
      return Object.fromEntries(
        outputs.map((name) => [name, values[name] === undefined ? 'absent' : { value: values[name] }]),
      );
    } catch (error) {
      if (!continues) throw new JobFailed((error as Error).message);
      this.failures += 1;
      return all('absent');
    }
  }
}

function refusalOf(node: Node, evaluate: (json: unknown) => Result): Result | null {
  if (node.when === undefined) return null;
  const result = evaluate(node.when);
  return result !== 'absent' && result.value === true ? null : 'absent';
}

function gathered(results: Result[]): Result {
  return { value: results.filter((result) => result !== 'absent').map((result) => result.value) };
}

function firstOf(options: unknown[], evaluate: (json: unknown) => Result): Result {
  for (const option of options) {
    const result = evaluate(option);
    if (result !== 'absent') return result;
  }
  return 'absent';
}

/** Outputs that are evaluated when they are read, because what nobody needs is not run. */
function lazily(names: string[], evaluate: (name: string) => Result): Results {
  const results: Results = {};
  for (const name of names) {
    let known: Result | undefined;
    Object.defineProperty(results, name, { enumerable: true, get: () => (known ??= evaluate(name)) });
  }
  return results;
}
