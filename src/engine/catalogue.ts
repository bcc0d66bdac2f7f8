import {
  defaultOf,
  Failure,
  isRequired,
  type Json,
  type NodeDescription,
  type PluginDescription,
  type PortSpec,
} from '@atelier/sdk';

/** A node type as its plugin describes it, with what planning asks for again and again. */
export interface InstalledNode {
  readonly description: NodeDescription;
  /** SHA-256 of the plugin's files */
  readonly pluginDigest: string;
  readonly inputs: ReadonlyMap<string, PortSpec>;
  readonly outputs: ReadonlyMap<string, PortSpec>;
  /** names of the inputs in the order of their letters */
  readonly sortedInputs: readonly string[];
  /** names of the inputs without which the node is skipped */
  readonly required: ReadonlySet<string>;
  readonly defaults: ReadonlyMap<string, Json>;
}

/** A plugin's description and the SHA-256 of its files. */
export interface InstalledPlugin extends PluginDescription {
  digest: string;
}

/** A pipeline's document as it was given: nobody has checked it yet. */
export interface Document {
  readonly id: string;
}

/** What the `use` of a pipeline's node means. */
export type Use =
  | { kind: 'node'; node: InstalledNode }
  /** `home` is the catalogue whose names the document's own nodes mean. */
  | { kind: 'pipeline'; document: Document; home: Catalogue }
  | { kind: 'unknown' };

/** All that the engine knows by name: node types and pipelines. It never changes; another state is another catalogue. */
export class Catalogue {
  private readonly versions: Map<string, Map<number, InstalledNode>>;
  private readonly documents = new Map<string, Document>();
  private readonly base: Catalogue | null;

  /**
   * Documents are taken as they are; what is wrong with one is found when it is parsed or used. Throws `conflict` when two
   * plugins bring the same version of a node type.
   */
  constructor(plugins: Iterable<InstalledPlugin>, documents: Iterable<unknown> = [], base?: Catalogue) {
    this.versions = base ? base.versions : versionsOf(plugins);
    for (const document of documents) if (hasId(document)) this.documents.set(document.id, document);
    this.base = base ?? null;
  }

  /** This catalogue with further pipelines, such as an account's own. The ids it already has keep their meaning. */
  with(documents: Iterable<unknown>): Catalogue {
    return new Catalogue([], documents, this);
  }

  node(type: string, version: number): InstalledNode | undefined {
    return this.versions.get(type)?.get(version);
  }

  /** `plugin.node@version`, `plugin.node` for its newest version, or a pipeline's id. */
  resolveUse(use: string): Use {
    const [, type = use, version] = /^(.+)@(\d+)$/.exec(use) ?? [];
    const versions = this.versions.get(type);
    if (!versions) return this.pipeline(use);
    const node = versions.get(version === undefined ? Math.max(...versions.keys()) : Number(version));
    return node ? { kind: 'node', node } : { kind: 'unknown' };
  }

  private pipeline(id: string): Use {
    const inherited = this.base?.pipeline(id);
    if (inherited?.kind === 'pipeline') return inherited;
    const document = this.documents.get(id);
    return document ? { kind: 'pipeline', document, home: this } : { kind: 'unknown' };
  }

  /** Everything that `use` may say. */
  *names(): Iterable<string> {
    if (this.base) yield* this.base.names();
    else {
      for (const [type, versions] of this.versions) {
        yield type;
        for (const version of versions.keys()) yield `${type}@${version}`;
      }
    }
    yield* this.documents.keys();
  }
}

function hasId(document: unknown): document is Document {
  return typeof (document as Partial<Document> | null)?.id === 'string';
}

function versionsOf(plugins: Iterable<InstalledPlugin>): Map<string, Map<number, InstalledNode>> {
  const types = new Map<string, Map<number, InstalledNode>>();
  for (const plugin of plugins) {
    for (const description of plugin.nodes) {
      const { type, version } = description;
      const versions = types.get(type) ?? new Map<number, InstalledNode>();
      if (versions.has(version)) {
        throw new Failure('conflict', `Two plugins bring the node ${type}@${version}; remove one of them.`);
      }
      versions.set(version, installed(description, plugin.digest));
      types.set(type, versions);
    }
  }
  return types;
}

function installed(description: NodeDescription, pluginDigest: string): InstalledNode {
  const inputs = Object.entries(description.inputs);
  const defaults = inputs.map(([name, spec]) => [name, defaultOf(spec)] as const);
  return {
    description,
    pluginDigest,
    inputs: new Map(inputs),
    sortedInputs: inputs.map(([name]) => name).sort(),
    outputs: new Map(Object.entries(description.outputs)),
    required: new Set(inputs.filter(([, spec]) => isRequired(spec)).map(([name]) => name)),
    defaults: new Map(defaults.filter((entry): entry is [string, Json] => entry[1] !== undefined)),
  };
}
