import type { Audio, Conditioning, FileRef, Image, Json, Latents, Mask, ModelRef, Video } from './values.js';

/** The default of a model port that leaves the choice to the host, made when the job is submitted. */
export const anyModel = 'auto';

interface Common {
  title?: string;
  description?: string;
  /** The value may be left out; the node then receives `undefined`. */
  optional?: true;
}

/** Only in the inputs of a pipeline: what a model says itself is a better default than what suits all. */
interface Modelled {
  /** A `model` input of the pipeline. What its model has under this input's name comes before `default`. */
  defaultOf?: string;
}

/**
 * What a port carries, as plain JSON: the same words declare the inputs of a pipeline.
 * All bounds are inclusive. Lengths count characters (Unicode code points). A seed's default outside ±(2^53 − 1) is a decimal
 * string, and −1 has one drawn for each job.
 */
export type PortSpec =
  | (Common & { type: 'image' | 'mask' | 'video' | 'audio' | 'latents' | 'conditioning' })
  | (Common & {
      type: 'model';
      families?: readonly string[];
      capabilities?: readonly string[];
      default?: string;
    })
  | (Common &
      Modelled & {
        type: 'string' | 'text';
        minLength?: number;
        maxLength?: number;
        pattern?: string;
        default?: string;
      })
  | (Common & Modelled & { type: 'integer'; min?: number; max?: number; default?: number })
  | (Common & { type: 'seed'; default?: number | string })
  | (Common & Modelled & { type: 'number'; min?: number; max?: number; default?: number })
  | (Common & { type: 'boolean'; default?: boolean })
  | (Common & Modelled & { type: 'enum'; values: readonly string[]; default?: string })
  | (Common & { type: 'colour'; default?: string })
  | (Common & { type: 'file'; accept?: readonly string[] })
  | (Common & { type: 'json'; default?: Json })
  | (Common & { type: 'list'; items: PortSpec; minItems?: number; maxItems?: number });

export type PortType = PortSpec['type'];

declare const carried: unique symbol;

/** A port declaration; `Value` is what the node's `run` receives or returns. */
export interface Port<Value> {
  readonly spec: PortSpec;
  readonly [carried]?: Value;
}

export type PortValue<P> = P extends Port<infer Value> ? Value : never;
export type Ports = Readonly<Record<string, Port<unknown>>>;

type OptionalNames<P extends Ports> = {
  [N in keyof P]: undefined extends PortValue<P[N]> ? N : never;
}[keyof P];

/** The object that a node's `run` receives for its input ports, or returns for its output ports. */
export type PortValues<P extends Ports> = Flat<
  { [N in Exclude<keyof P, OptionalNames<P>>]: PortValue<P[N]> } & {
    [N in OptionalNames<P>]?: PortValue<P[N]>;
  }
>;

/** The same type, which editors and errors show as one object. */
type Flat<T> = { [N in keyof T]: T[N] };

/** The specs of one type, such as `SpecOf<'enum'>`. */
export type SpecOf<Type extends PortType, Spec extends PortSpec = PortSpec> = Spec extends PortSpec
  ? Type extends Spec['type']
    ? Spec
    : never
  : never;

type Options<Type extends PortType> = Omit<SpecOf<Type>, 'type' | 'optional'>;

function declarePort<Value>(spec: PortSpec): Port<Value> {
  return Object.freeze({ spec: Object.freeze(spec) });
}

/** The ports that nodes are declared with. */
export const port = {
  image: (options: Options<'image'> = {}): Port<Image> => declarePort({ type: 'image', ...options }),
  mask: (options: Options<'mask'> = {}): Port<Mask> => declarePort({ type: 'mask', ...options }),
  video: (options: Options<'video'> = {}): Port<Video> => declarePort({ type: 'video', ...options }),
  audio: (options: Options<'audio'> = {}): Port<Audio> => declarePort({ type: 'audio', ...options }),
  latents: (options: Options<'latents'> = {}): Port<Latents> => declarePort({ type: 'latents', ...options }),
  conditioning: (options: Options<'conditioning'> = {}): Port<Conditioning> =>
    declarePort({ type: 'conditioning', ...options }),
  /** A model of the catalogue; written in a pipeline as its id, or as `auto` where any that fits will do. */
  model: (options: Options<'model'> = {}): Port<ModelRef> => declarePort({ type: 'model', ...options }),
  /** One line of text. */
  string: (options: Options<'string'> = {}): Port<string> => declarePort({ type: 'string', ...options }),
  /** Several lines of text. */
  text: (options: Options<'text'> = {}): Port<string> => declarePort({ type: 'text', ...options }),
  /** A whole number within ±(2^53 − 1). */
  integer: (options: Options<'integer'> = {}): Port<number> => declarePort({ type: 'integer', ...options }),
  /** A 64-bit seed, 0 to 2^64 − 1; −1 asks for one to be drawn when the job is submitted. */
  seed: (options: Options<'seed'> = {}): Port<bigint> => declarePort({ type: 'seed', ...options }),
  number: (options: Options<'number'> = {}): Port<number> => declarePort({ type: 'number', ...options }),
  boolean: (options: Options<'boolean'> = {}): Port<boolean> => declarePort({ type: 'boolean', ...options }),
  enum: <const Values extends readonly string[]>(
    values: Values,
    options: Omit<Options<'enum'>, 'values' | 'default'> & { default?: Values[number] } = {},
  ): Port<Values[number]> => declarePort({ type: 'enum', values, ...options }),
  /** `#rrggbb` or `#rrggbbaa`. */
  colour: (options: Options<'colour'> = {}): Port<string> => declarePort({ type: 'colour', ...options }),
  /** A stored file; `accept` lists media types, `image/*` allowed. */
  file: (options: Options<'file'> = {}): Port<FileRef> => declarePort({ type: 'file', ...options }),
  json: (options: Options<'json'> = {}): Port<Json> => declarePort({ type: 'json', ...options }),
  list: <Value>(items: Port<Value>, options: Omit<Options<'list'>, 'items'> = {}): Port<Value[]> =>
    declarePort({ type: 'list', items: items.spec, ...options }),
  optional: <Value>(inner: Port<Value>): Port<Value | undefined> =>
    declarePort({ ...inner.spec, optional: true }),
} as const;

/** The types of ports. */
export const portTypes = (Object.keys(port) as (keyof typeof port)[]).filter((name) => name !== 'optional');
