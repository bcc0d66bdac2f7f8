import { port } from '@atelier/sdk';
import type { Size } from './pixels.js';

export const positions = [
  'top-left',
  'top',
  'top-right',
  'left',
  'center',
  'right',
  'bottom-left',
  'bottom',
  'bottom-right',
] as const;

export type Position = (typeof positions)[number];

export interface Placement {
  position: Position;
  /** distance from the edges that `position` names, as a part of the area's shorter side */
  margin: number;
  /** pixels to the right of where it would be */
  x: number;
  /** pixels below where it would be */
  y: number;
}

/** Ports for a {@link Placement}. */
export const placementPorts = (position: Position, margin: number) => ({
  position: port.enum(positions, { default: position }),
  margin: port.number({
    min: 0,
    max: 0.5,
    default: margin,
    description: 'Distance from the edges, as a part of the shorter side of the picture',
  }),
  x: port.integer({ min: -16_384, max: 16_384, default: 0, description: 'Pixels further to the right' }),
  y: port.integer({ min: -16_384, max: 16_384, default: 0, description: 'Pixels further down' }),
});

/** Pixels between the area's edge and what is placed at it. */
export function inset(area: Size, margin: number): number {
  return Math.round(margin * Math.min(area.width, area.height));
}

/** The upper left corner, in the area's pixels, of something placed in it; it may lie outside. */
export function place(item: Size, area: Size, placement: Placement): { left: number; top: number } {
  const { position, margin, x, y } = placement;
  const edge = inset(area, margin);
  const along = (space: number, near: string, far: string): number => {
    if (position.includes(near)) return edge;
    if (position.includes(far)) return space - edge;
    return Math.round(space / 2);
  };
  return {
    left: along(area.width - item.width, 'left', 'right') + x,
    top: along(area.height - item.height, 'top', 'bottom') + y,
  };
}
