import { defineNode, Failure, type Image, type Json, port } from '@atelier/sdk';
import { blend } from '../blend.js';
import type { Area } from '../tiles.js';

interface Layout {
  width: number;
  height: number;
  areas: Area[];
}

export const join = defineNode({
  type: 'upscale.join',
  version: 1,
  title: 'Join tiles',
  description: 'Where tiles overlap they are blended. Tiles that have become larger make a larger picture.',
  inputs: { tiles: port.list(port.image(), { minItems: 1 }), layout: port.json() },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB: 1024 },
  examples: [
    {
      title: 'Two tiles that overlap',
      inputs: {
        layout: {
          width: 64,
          height: 80,
          areas: [
            { left: 0, top: 0, width: 64, height: 48 },
            { left: 0, top: 32, width: 64, height: 48 },
          ],
        },
      },
    },
  ],
  run({ tiles, layout }) {
    const { width, height, areas } = readLayout(layout);
    if (tiles.length !== areas.length) {
      throw new Failure(
        'invalid-input',
        `There are ${tiles.length} tiles and the layout has ${areas.length}; give all tiles that came from one upscale.split.`,
      );
    }
    const scale = tiles[0]!.width / areas[0]!.width;
    const larger = areas.map((area) => times(area, scale));
    for (const [index, tile] of tiles.entries()) refuseOtherSize(tile, larger[index]!);
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    return { image: blend(tiles, larger, size) };
  },
});

function times({ left, top, width, height }: Area, scale: number): Area {
  const right = Math.round((left + width) * scale);
  const bottom = Math.round((top + height) * scale);
  const [x, y] = [Math.round(left * scale), Math.round(top * scale)];
  return { left: x, top: y, width: right - x, height: bottom - y };
}

function refuseOtherSize({ width, height }: Image, area: Area): void {
  if (width === area.width && height === area.height) return;
  throw new Failure(
    'invalid-input',
    `A tile has ${width} × ${height} pixels and should have ${area.width} × ${area.height}; all must be enlarged alike.`,
  );
}

function readLayout(layout: Json): Layout {
  const given = layout as unknown as Partial<Layout> | null;
  const isWhole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
  const isArea = (area: Area): boolean =>
    [area.left, area.top, area.width, area.height].every(isWhole) && area.width > 0 && area.height > 0;
  if (
    isWhole(given?.width) &&
    isWhole(given?.height) &&
    Array.isArray(given?.areas) &&
    given.areas.every(isArea)
  )
    return given as Layout;
  throw new Failure('invalid-input', 'The layout must be the one that upscale.split has given.');
}
