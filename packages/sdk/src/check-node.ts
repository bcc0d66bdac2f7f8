import { isPlainObject } from './json.js';
import { suggestion } from './nearest.js';
import { portSpecSchema } from './port-schema.js';
import { portTypes, type Port } from './ports.js';

type Fields = Record<string, unknown>;

/** What is wrong with the declaration of a node; each completes a sentence that begins with its name. */
export function nodeProblems(node: Fields, pluginId: unknown): string[] {
  return [
    ...headProblems(node, pluginId),
    ...portsProblems(node.inputs, 'input'),
    ...portsProblems(node.outputs, 'output'),
    ...needsProblems(node.needs, typesOf(node.inputs)),
    ...examplesProblems(node.examples, typesOf(node.inputs)),
  ];
}

function headProblems(node: Fields, pluginId: unknown): string[] {
  const { type, version, title, description, cache, fingerprint, outputs } = node;
  const problems: string[] = [];
  if (typeof type !== 'string' || !/^[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*$/.test(type)) {
    problems.push('needs a type such as plugin.node, of lower-case letters, digits, _ and -');
  } else if (typeof pluginId === 'string' && !type.startsWith(`${pluginId}.`)) {
    problems.push(`must have a type that begins with the plugin's id, “${pluginId}.”`);
  }
  if (!Number.isSafeInteger(version) || (version as number) < 1) problems.push('needs a version: 1, 2, 3 …');
  if (typeof title !== 'string' || title === '') problems.push('needs a title');
  if (!['string', 'undefined'].includes(typeof description))
    problems.push('must have text as its description');
  if (!['boolean', 'undefined'].includes(typeof cache)) problems.push('must have true or false as cache');
  if (!['function', 'undefined'].includes(typeof fingerprint))
    problems.push('must have a function as fingerprint');
  if (typeof node.run !== 'function') problems.push('needs a function run');
  if (isPlainObject(outputs) && Object.keys(outputs).length === 0) problems.push('needs at least one output');
  return problems;
}

function portsProblems(ports: unknown, kind: 'input' | 'output'): string[] {
  if (!isPlainObject(ports)) return [`needs ${kind}s, an object of ports by name`];
  return Object.entries(ports).flatMap(([name, port]) => [
    ...nameProblems(name, kind),
    ...specProblems(port).map((problem) => `has the ${kind} “${name}”, which ${problem}`),
  ]);
}

function nameProblems(name: string, kind: string): string[] {
  if (name === '__proto__' || name in Object.prototype) {
    return [`must not have an ${kind} named “${name}”, as every object has that; choose another name`];
  }
  if (/^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/.test(name)) return [];
  return [`must name the ${kind} “${name}” with a letter and at most 63 letters, digits, _ or -`];
}

function specProblems(port: unknown): string[] {
  const spec = isPlainObject(port) ? port.spec : undefined;
  if (!isPlainObject(spec)) return ['must be made by a function of port'];
  const unknownType = typeProblem(spec);
  if (unknownType) return [unknownType];
  const { error } = portSpecSchema.safeParse(spec);
  return (error?.issues ?? []).map(({ path, message }) =>
    path.length > 0
      ? `is declared wrongly: ${path.join('.')}: ${message}`
      : `is declared wrongly: ${message}`,
  );
}

function typeProblem({ type, items }: Fields): string | undefined {
  if (!portTypes.some((known) => known === type)) {
    return `has the unknown type “${String(type)}”${suggestion(String(type), portTypes)}`;
  }
  return type === 'list' && isPlainObject(items) ? typeProblem(items) : undefined;
}

/** The type of each input that is declared well enough to have one; lists by their elements. */
function typesOf(inputs: unknown): Map<string, string> {
  const types = new Map<string, string>();
  if (!isPlainObject(inputs)) return types;
  for (const [name, port] of Object.entries(inputs)) {
    let spec = (port as Partial<Port<unknown>> | null)?.spec;
    while (spec?.type === 'list') spec = spec.items;
    if (spec) types.set(name, spec.type);
  }
  return types;
}

function needsProblems(needs: unknown, inputs: ReadonlyMap<string, string>): string[] {
  if (needs === undefined) return [];
  if (!isPlainObject(needs)) return ['must have an object as needs'];
  const { device, models = [], workingMiB } = needs;
  const problems: string[] = [];
  if (device !== 'cpu' && device !== 'gpu') problems.push('needs the device cpu or gpu');
  if (!Array.isArray(models)) problems.push('must list the names of model inputs as needs.models');
  else problems.push(...models.flatMap((name) => inputProblems(name, ['model'], inputs)));
  if (workingMiB !== undefined) problems.push(...quantityProblems(workingMiB, inputs));
  return problems;
}

function quantityProblems(quantity: unknown, inputs: ReadonlyMap<string, string>): string[] {
  if (typeof quantity === 'number' && quantity >= 0) return [];
  const [[operation, operands] = [], ...more] = isPlainObject(quantity) ? Object.entries(quantity) : [];
  if (more.length === 0) {
    if (operation === 'input') return inputProblems(operands, ['integer', 'number'], inputs);
    if ((operation === 'add' || operation === 'multiply') && Array.isArray(operands)) {
      return operands.flatMap((operand) => quantityProblems(operand, inputs));
    }
  }
  return ['must have as needs.workingMiB a number from 0, { input }, { add: [...] } or { multiply: [...] }'];
}

function inputProblems(
  name: unknown,
  types: readonly string[],
  inputs: ReadonlyMap<string, string>,
): string[] {
  const type = inputs.get(String(name));
  if (type === undefined) {
    return [
      `needs the input “${String(name)}”, which it does not declare${suggestion(String(name), inputs.keys())}`,
    ];
  }
  if (types.includes(type)) return [];
  return [`needs the input “${String(name)}”, which is ${type} and should be ${types.join(' or ')}`];
}

function examplesProblems(examples: unknown, inputs: ReadonlyMap<string, string>): string[] {
  if (examples === undefined) return [];
  if (!Array.isArray(examples)) return ['must have a list as examples'];
  return examples.flatMap((example: unknown, index) => {
    if (!isPlainObject(example) || typeof example.title !== 'string' || !isPlainObject(example.inputs)) {
      return [`must have a title and inputs in its example ${index}`];
    }
    return Object.keys(example.inputs)
      .filter((name) => !inputs.has(name))
      .map((name) => `has an example with the unknown input “${name}”${suggestion(name, inputs.keys())}`);
  });
}
