import { Failure, port } from '@atelier/sdk';
import type { ResizeOptions } from 'sharp';
import { maxSide, type Size } from './pixels.js';

const fits = ['cover', 'contain', 'fill', 'inside', 'outside'] as const;

/** How large a picture is to become. */
export interface SizeRequest {
  /** 0 follows the height */
  width: number;
  /** 0 follows the width */
  height: number;
  fit: (typeof fits)[number];
  background: string;
  without_enlargement: boolean;
}

/** Ports for a {@link SizeRequest}. */
export const sizePorts = {
  width: port.integer({ min: 0, max: maxSide, default: 0, description: 'Pixels; 0 follows the height' }),
  height: port.integer({ min: 0, max: maxSide, default: 0, description: 'Pixels; 0 follows the width' }),
  fit: port.enum(fits, {
    default: 'cover',
    description:
      'With both sides given: cover cuts off what does not fit, contain adds background, fill distorts, ' +
      'inside gives at most and outside at least the size, in the proportions of the picture',
  }),
  background: port.colour({ default: '#00000000', description: 'What contain adds' }),
  without_enlargement: port.boolean({ default: false, description: 'Smaller pictures keep their size' }),
};

export interface Resizing {
  size: Size;
  /** what sharp is told */
  options: ResizeOptions;
}

/**
 * How a picture of size `source` is resized; undefined when it has the size already.
 * Throws `invalid-input` when a side that follows the other would become longer than {@link maxSide}.
 */
export function resizing(source: Size, request: SizeRequest): Resizing | undefined {
  const { fit, background, without_enlargement: withoutEnlargement } = request;
  const size = resizedSize(source, request);
  if (size.width === source.width && size.height === source.height) return undefined;
  const fills = fit === 'cover' || fit === 'contain';
  if (!request.width || !request.height || !fills) return { size, options: { ...size, fit: 'fill' } };
  const { width, height } = request;
  return { size, options: { width, height, fit, background, withoutEnlargement } };
}

function resizedSize(source: Size, request: SizeRequest): Size {
  const { width, height, fit, without_enlargement: atMostSource } = request;
  if (!width && !height) return source;
  const [across, down] = [width / source.width, height / source.height];
  if (width && height && fit !== 'inside' && fit !== 'outside') {
    if (!atMostSource || fit === 'contain') return { width, height };
    return { width: Math.min(width, source.width), height: Math.min(height, source.height) };
  }
  const wanted = width && height && fit === 'inside' ? Math.min(across, down) : Math.max(across, down);
  const scale = atMostSource ? Math.min(wanted, 1) : wanted;
  const size = { width: scaled(source.width, scale), height: scaled(source.height, scale) };
  if (scale > 1) refuseLong(size);
  return size;
}

function scaled(side: number, scale: number): number {
  return Math.max(1, Math.round(side * scale));
}

function refuseLong({ width, height }: Size): void {
  if (Math.max(width, height) <= maxSide) return;
  throw new Failure(
    'invalid-input',
    `In its proportions the picture would become ${width} × ${height} pixels, and a side can have ${maxSide}. Ask for less, or for both sides and another fit.`,
    { width, height, maxSide },
  );
}
