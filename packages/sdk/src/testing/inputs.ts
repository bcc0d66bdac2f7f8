import { defaultOf } from '../defaults.js';
import { Failure } from '../failure.js';
import { isJson } from '../json.js';
import { checkLiteral } from '../literals.js';
import { checkValue } from '../live-values.js';
import { acceptedMediaTypes, mediaTypesMeet } from '../media-types.js';
import { suggestion } from '../nearest.js';
import { anyModel, type PortSpec, type SpecOf } from '../ports.js';
import { parseSeed } from '../seed.js';
import type { FileRef, Json } from '../values.js';
import type { TestContext } from './context.js';

/** A seed of −1 is drawn by the host; tests draw this one. */
const drawnSeed = 1n;

/**
 * What `run` receives: the inputs given, as values or as JSON writes them, then defaults, then samples for media and models that
 * are required. Throws `invalid-input` when one is unknown, missing or does not fit.
 */
export async function completeInputs(
  specs: Readonly<Record<string, PortSpec>>,
  given: Readonly<Record<string, unknown>>,
  ctx: TestContext,
): Promise<Record<string, unknown>> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(specs, name));
  if (unknown !== undefined) {
    const hint = suggestion(unknown, Object.keys(specs)) || '.';
    throw new Failure('invalid-input', `There is no input “${unknown}”${hint}`);
  }
  const inputs: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] === undefined ? defaultOf(spec) : given[name];
    if (value !== undefined) inputs[name] = fromGiven(spec, value, ctx);
    else if (!spec.optional) inputs[name] = await sampleOf(spec, ctx);
    const problem = checkValue(spec, inputs[name]);
    if (problem) throw new Failure('invalid-input', `The input “${name}” ${problem}.`);
  }
  return inputs;
}

/** A value that fits stays as it is; JSON that would fit in a request becomes the value it stands for. */
function fromGiven(spec: PortSpec, given: unknown, ctx: TestContext): unknown {
  if (checkValue(spec, given) === undefined || !isJson(given)) return given;
  const checked = checkLiteral(spec, given);
  return 'value' in checked ? fromLiteral(spec, checked.value, ctx) : given;
}

function fromLiteral(spec: PortSpec, literal: Json, ctx: TestContext): unknown {
  if (spec.type === 'list') {
    return (literal as readonly Json[]).map((item) => fromLiteral(spec.items, item, ctx));
  }
  if (spec.type === 'model') {
    return literal === anyModel ? ctx.models.firstOf(spec.families) : ctx.model(literal as string);
  }
  if (spec.type !== 'seed') return literal;
  const seed = parseSeed(literal);
  return seed === -1n ? drawnSeed : seed;
}

async function sampleOf(spec: PortSpec, ctx: TestContext): Promise<unknown> {
  switch (spec.type) {
    case 'image':
      return ctx.samples.image();
    case 'mask':
      return ctx.samples.mask();
    case 'video':
      return ctx.samples.video();
    case 'audio':
      return ctx.samples.audio();
    case 'file':
      return sampleFile(spec, ctx);
    case 'model':
      return ctx.models.firstOf(spec.families);
    case 'latents':
    case 'conditioning':
      return ctx.make[spec.type]?.(ctx);
    case 'list':
      return sampleList(spec, ctx);
    default:
      return undefined;
  }
}

async function sampleFile(spec: SpecOf<'file'>, { samples }: TestContext): Promise<FileRef | undefined> {
  const files = [await samples.file(), (await samples.video()).file, (await samples.audio()).file];
  return files.find(({ mediaType }) => mediaTypesMeet([mediaType], acceptedMediaTypes(spec)!));
}

async function sampleList(
  { items, minItems = 0, maxItems = 2 }: SpecOf<'list'>,
  ctx: TestContext,
): Promise<unknown[] | undefined> {
  const item = await sampleOf(items, ctx);
  return item === undefined
    ? undefined
    : Array.from({ length: Math.max(minItems, Math.min(2, maxItems)) }, () => item);
}
