export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large a picture is painted, and how large it is to be in the end. */
export interface Canvas {
  readonly painted: Size;
  readonly final: Size;
}

/**
 * The canvas for a model that paints at its own size and wants its pictures upscaled: about as many pixels as its own size has, in
 * the proportions that were asked for.
 * @param own the size that the model was trained for
 * @param multiple of which both sides must be
 */
export function nativeCanvas(asked: Size, own: Size, multiple: number): Canvas {
  const ratio = Math.sqrt((own.width * own.height) / (asked.width * asked.height));
  const near = (side: number): number => Math.max(multiple, Math.round((side * ratio) / multiple) * multiple);
  return { painted: { width: near(asked.width), height: near(asked.height) }, final: asked };
}

/** The largest size that the model takes and that is not beyond this one. */
export function roundedDown({ width, height }: Size, multiple: number): Size {
  const down = (side: number): number => Math.max(multiple, side - (side % multiple));
  return { width: down(width), height: down(height) };
}
