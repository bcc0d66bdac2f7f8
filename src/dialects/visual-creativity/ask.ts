import { createSuggest } from '../../engine/suggest.js';
import { invalidInput } from '../../server/http/validation.js';
import type { ModelView } from '../../server/models/model-view.js';
import { looseKey } from '../../server/styles/loose-key.js';
import type { Style } from '../../server/styles/style.js';
import { type Painter, paintedSize, sizeOf } from './canvas.js';
import { type Format, formats, readFormat } from './formats.js';
import type { GenerateRequest } from './generate.wire.js';
import type { GenerationInputs } from './generation.js';
import { readResolution, resolutionNames, type Size } from './resolution.js';
import { type Complaint, toPrompt } from './scene.js';

/** What a request can name. */
export interface Known {
  styles: readonly Style[];
  /** that make pictures from text */
  models: readonly ModelView[];
  /** for who names none; undefined when none is installed */
  usualModel: ModelView | undefined;
}

export const sideLimits = { least: 64, most: 4096 };

/** @throws Failure `invalid-input` with everything that is wrong with the request */
export function inputsFor({ scene, model: wanted, seed }: GenerateRequest, known: Known): GenerationInputs {
  const complaints: Complaint[] = [];
  const { subjects = [], background } = scene;
  const { prompt, negativePrompt } = toPrompt({ subjects, background }, known.styles, complaints);
  const model = wanted === undefined ? known.usualModel : findModel(wanted, known.models, complaints);
  const painter = painterOf(model);
  const size = readSize(scene.resolution, painter, complaints);
  const format = chooseFormat(scene.format, complaints);
  if (complaints.length > 0) throw invalidInput(complaints);
  const painted = paintedSize(size, painter);
  return {
    prompt,
    ...(negativePrompt === undefined ? {} : { negative_prompt: negativePrompt }),
    ...(model === undefined ? {} : { model: model.id }),
    ...(seed === undefined ? {} : { seed }),
    painted_width: painted.width,
    painted_height: painted.height,
    ...size,
    format,
  };
}

function findModel(
  wanted: string,
  models: readonly ModelView[],
  complaints: Complaint[],
): ModelView | undefined {
  const key = looseKey(wanted);
  const found = models.find(({ id, name }) => [id, name].some((each) => looseKey(each) === key));
  if (found !== undefined) return found;
  const ids = models.map(({ id }) => id);
  const message = `no model “${wanted.slice(0, 64)}” makes pictures from text here${createSuggest()(wanted, ids)} GET /v1/models lists all.`;
  complaints.push({ path: ['model'], message });
  return undefined;
}

function readSize(given: string | number | undefined, painter: Painter, complaints: Complaint[]): Size {
  const path = ['scene', 'resolution'];
  const resolution = given === undefined ? undefined : readResolution(given);
  if (given !== undefined && resolution === undefined) {
    const meant = createSuggest()(String(given), resolutionNames);
    const message = `“${String(given).slice(0, 64)}” is no resolution${meant} Say "1024x768", "hd", "4k" or "16:9".`;
    complaints.push({ path, message });
    return painter.own;
  }
  const size = sizeOf(resolution, painter);
  const { least, most } = sideLimits;
  if ([size.width, size.height].some((side) => side < least || side > most)) {
    const message = `both sides must have ${least} to ${most} pixels, and this is ${size.width}x${size.height}`;
    complaints.push({ path, message });
  }
  return size;
}

function chooseFormat(given: string | undefined, complaints: Complaint[]): Format {
  const format = given === undefined ? 'png' : readFormat(given);
  if (format !== undefined) return format;
  const meant = createSuggest()(given ?? '', formats);
  const message = `“${given?.slice(0, 64)}” is no format of pictures${meant} Choose ${formats.join(', ')}.`;
  complaints.push({ path: ['scene', 'format'], message });
  return 'png';
}

/** What a side is taken for where a manifest names none. */
const usualSide = 512;
const usualMultiple = 8;

function painterOf(model: ModelView | undefined): Painter {
  const { defaults = {}, limits = {}, upscale } = model ?? {};
  const side = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : usualSide);
  const { multipleOf, maxSize } = limits as { multipleOf?: number; maxSize?: number };
  return {
    own: { width: side(defaults['width']), height: side(defaults['height']) },
    multiple: multipleOf ?? usualMultiple,
    maxSide: maxSize ?? Infinity,
    isEnlarged: upscale !== undefined,
  };
}
