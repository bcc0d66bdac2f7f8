import { badge } from './badge.js';
import { block, frame } from './enclosed.js';
import type { Layout } from './layout.js';
import { side, stacked, underline } from './lockups.js';
import { monogram } from './monogram.js';
import type { LayoutName } from './names.js';
import { ribbon } from './ribbon.js';
import { tiles } from './tiles.js';

export const layouts: Record<LayoutName, Layout> = {
  side,
  stacked,
  underline,
  block,
  frame,
  ribbon,
  badge,
  monogram,
  tiles,
};
