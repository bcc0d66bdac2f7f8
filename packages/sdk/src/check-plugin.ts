import { nodeProblems } from './check-node.js';
import { Failure } from './failure.js';
import { isPlainObject } from './json.js';
import { apiVersion, type PluginDefinition } from './plugin.js';

/**
 * Refuses what would fail later. A plugin for a newer host is not looked into: what it says may mean something else there.
 *
 * Throws `invalid-input` with all that is wrong, one sentence each, in the message and as the list `details.problems`.
 */
export function checkPlugin(value: unknown): asserts value is PluginDefinition {
  const problems = pluginProblems(value);
  if (problems.length > 0) throw new Failure('invalid-input', problems.join(' '), { problems });
}

function pluginProblems(value: unknown): string[] {
  if (!isPlainObject(value)) {
    return ['A plugin must be an object made by definePlugin and be the default export of its module.'];
  }
  const { id, apiVersion: wanted, nodes } = value;
  const plugin = typeof id === 'string' ? `The plugin “${id}”` : 'The plugin';
  if (typeof wanted === 'number' && wanted > apiVersion) {
    return [
      `${plugin} needs version ${wanted} of the plugin API and this host has ${apiVersion}; update the host.`,
    ];
  }
  return [
    ...headProblems(value).map((problem) => sentence(plugin, problem)),
    ...(Array.isArray(nodes) ? allNodeProblems(nodes, id) : []),
  ];
}

function headProblems({ id, title, version, apiVersion: wanted, nodes }: Record<string, unknown>): string[] {
  const problems: string[] = [];
  if (typeof id !== 'string' || !/^[a-z][a-z0-9_-]{0,63}$/.test(id)) {
    problems.push('needs an id of a lower-case letter and at most 63 lower-case letters, digits, _ or -');
  }
  if (typeof title !== 'string' || title === '') problems.push('needs a title');
  if (typeof version !== 'string' || !semver.test(version)) problems.push('needs a version such as 1.0.0');
  if (!Number.isSafeInteger(wanted) || (wanted as number) < 1) {
    problems.push(`needs apiVersion, the version of the plugin API that it was written for: ${apiVersion}`);
  }
  if (!Array.isArray(nodes) || nodes.length === 0) problems.push('needs nodes, a list with at least one');
  return problems;
}

const semver = /^\d+\.\d+\.\d+(?:-[\w.-]+)?(?:\+[\w.-]+)?$/;

function allNodeProblems(nodes: readonly unknown[], pluginId: unknown): string[] {
  const seen = new Set<string>();
  return nodes.flatMap((node, index) => {
    if (!isPlainObject(node)) return [`Element ${index} of nodes must be an object made by defineNode.`];
    const name = typeof node.type === 'string' ? `The node “${node.type}”` : `Element ${index} of nodes`;
    const problems = nodeProblems(node, pluginId);
    const versioned = `${String(node.type)}@${String(node.version)}`;
    if (seen.has(versioned)) problems.push(`is in the list twice with version ${String(node.version)}`);
    seen.add(versioned);
    return problems.map((problem) => sentence(name, problem));
  });
}

function sentence(subject: string, problem: string): string {
  return problem.endsWith('?') ? `${subject} ${problem}` : `${subject} ${problem}.`;
}
