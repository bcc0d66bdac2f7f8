/** A rectangle of a picture, in pixels. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Tile {
  /** The part of the picture that this tile is for. The cores of all tiles cover it, each pixel once. */
  readonly core: Area;
  /** The core and what lies around it. It lies within the picture, so that the picture's own edges are seen as such. */
  readonly seen: Area;
}

/**
 * Cuts a picture into rows of tiles, from the top left.
 * @param side of what a tile sees, pixels; less only where the picture is smaller
 * @param margin pixels that are seen at least beyond each side of the core that is not the picture's, less than half of `side`
 */
export function tilesOf(picture: { width: number; height: number }, side: number, margin: number): Tile[] {
  const across = spans(picture.width, side, margin);
  return spans(picture.height, side, margin).flatMap((y) =>
    across.map((x) => ({
      core: { left: x.core.start, top: y.core.start, width: x.core.length, height: y.core.length },
      seen: { left: x.seen.start, top: y.seen.start, width: x.seen.length, height: y.seen.length },
    })),
  );
}

interface Span {
  start: number;
  length: number;
}

/** Cores of as equal lengths as can be: a last one of a few pixels would cost as much as a whole one. */
function spans(length: number, side: number, margin: number): { core: Span; seen: Span }[] {
  const seenLength = Math.min(side, length);
  const count = length <= side ? 1 : Math.ceil(length / (side - 2 * margin));
  const border = (index: number): number => Math.round((index * length) / count);
  return Array.from({ length: count }, (_, index) => {
    const [start, end] = [border(index), border(index + 1)];
    const before = Math.floor((seenLength - (end - start)) / 2);
    const from = Math.min(Math.max(start - before, 0), length - seenLength);
    return { core: { start, length: end - start }, seen: { start: from, length: seenLength } };
  });
}
