import type { Grounds } from '../colours/scheme.js';
import { type Face, faces } from '../fonts/faces.js';
import type { LayoutName } from './layouts/names.js';
import { peaks, smile, sprig, waves } from './marks/grown.js';
import type { Mark } from './marks/mark.js';
import { arcs, burst, orbit, petals } from './marks/round.js';
import { bars, chevrons, cube, diamond, spark } from './marks/straight.js';
import { initial, mosaic, nodes } from './marks/tiled.js';

export interface Style {
  /** One is drawn from those that have all letters of the name. */
  faces: readonly Face[];
  /** Asked in order when none of the faces has them. */
  fallbacks: readonly Face[];
  capitals: boolean;
  tracking: number;
  /** of the corners of blocks, as a part of their height */
  corner: number;
  /** Those that come twice are drawn twice as often. */
  layouts: readonly LayoutName[];
  marks: readonly Mark[];
  palettes: readonly (readonly string[])[];
  grounds: Grounds;
}

export const styles = {
  modern: {
    faces: [faces.montserrat, faces.manrope],
    fallbacks: [faces.manrope],
    capitals: false,
    tracking: 0,
    corner: 0.28,
    layouts: ['side', 'side', 'stacked', 'block', 'monogram', 'underline'],
    marks: [petals, bars, arcs, chevrons, initial, orbit],
    palettes: [
      ['#2f5bea', '#12b5cb'],
      ['#6c3df4', '#ff6b57'],
      ['#0f766e', '#f59e0b'],
      ['#111827', '#f43f5e'],
    ],
    grounds: { light: '#ffffff', dark: '#0f172a', darkShare: 0.25 },
  },
  minimalist: {
    faces: [faces.jostThin],
    fallbacks: [faces.manropeThin],
    capitals: true,
    tracking: 0.22,
    corner: 0,
    layouts: ['underline', 'underline', 'stacked', 'frame', 'side', 'monogram'],
    marks: [orbit, arcs, diamond, mosaic, initial],
    palettes: [['#1c1c1e'], ['#1f2937', '#c08457'], ['#23352c', '#8aa899']],
    grounds: { light: '#ffffff', dark: '#1a1a1c', darkShare: 0.15 },
  },
  bold: {
    faces: [faces.archivoBlack, faces.rubik],
    fallbacks: [faces.rubik, faces.manrope],
    capitals: true,
    tracking: -0.01,
    corner: 0.12,
    layouts: ['block', 'block', 'stacked', 'side', 'monogram', 'tiles'],
    marks: [chevrons, burst, initial, bars, mosaic],
    palettes: [
      ['#e11d2e', '#111111'],
      ['#ffcc00', '#111111'],
      ['#1d4ed8', '#f97316'],
      ['#0b0b0f', '#39d353'],
    ],
    grounds: { light: '#ffffff', dark: '#111111', darkShare: 0.4 },
  },
  elegant: {
    faces: [faces.cormorant, faces.playfair],
    fallbacks: [faces.ebGaramond, faces.alegreya],
    capitals: true,
    tracking: 0.12,
    corner: 0,
    layouts: ['frame', 'frame', 'stacked', 'monogram', 'underline', 'badge'],
    marks: [diamond, petals, spark, initial, sprig],
    palettes: [['#1e2a3a', '#b08d57'], ['#3b1f2b', '#c9a46a'], ['#22382f', '#bfa06a'], ['#2b2b2b']],
    grounds: { light: '#fbf8f3', dark: '#17202c', darkShare: 0.35 },
  },
  vintage: {
    faces: [faces.abril, faces.alfaSlab],
    fallbacks: [faces.alegreya],
    capitals: true,
    tracking: 0.05,
    corner: 0.1,
    layouts: ['badge', 'badge', 'ribbon', 'ribbon', 'frame', 'stacked'],
    marks: [burst, peaks, sprig, initial, spark],
    palettes: [
      ['#5b2c1d', '#c8862b'],
      ['#1f3b4d', '#b5452c'],
      ['#2f4032', '#c2953f'],
      ['#7a1f1f', '#d9a441'],
    ],
    grounds: { light: '#f6eedd', dark: '#2a1d17', darkShare: 0.25 },
  },
  playful: {
    faces: [faces.fredoka, faces.baloo],
    fallbacks: [faces.comfortaa, faces.manrope],
    capitals: false,
    tracking: 0.01,
    corner: 0.45,
    layouts: ['tiles', 'tiles', 'stacked', 'block', 'ribbon', 'underline', 'badge'],
    marks: [smile, petals, burst, waves, arcs],
    palettes: [
      ['#5b2be0', '#ff5d8f', '#ffc93c'],
      ['#0b5cad', '#ff7a3d', '#2ec4a6'],
      ['#c2185b', '#ffb300', '#26a69a'],
      ['#1b4d89', '#ef476f', '#ffd166', '#06d6a0'],
    ],
    grounds: { light: '#ffffff', dark: '#2b1a57', darkShare: 0.15 },
  },
  geometric: {
    faces: [faces.josefin, faces.jost],
    fallbacks: [faces.jost, faces.manrope],
    capitals: true,
    tracking: 0.06,
    corner: 0,
    layouts: ['side', 'stacked', 'tiles', 'block', 'monogram'],
    marks: [mosaic, mosaic, cube, petals, chevrons],
    palettes: [
      ['#16324f', '#e4572e', '#f3a712'],
      ['#2d3047', '#419d78', '#e0a458'],
      ['#1d1e2c', '#3a86ff', '#ff006e'],
      ['#22223b', '#9a8c98'],
    ],
    grounds: { light: '#ffffff', dark: '#14213d', darkShare: 0.25 },
  },
  tech: {
    faces: [faces.exo, faces.orbitron],
    fallbacks: [faces.jura],
    capitals: true,
    tracking: 0.05,
    corner: 0.2,
    layouts: ['side', 'side', 'stacked', 'monogram', 'block', 'underline'],
    marks: [nodes, cube, bars, arcs, initial],
    palettes: [
      ['#0ea5e9', '#6366f1'],
      ['#00c2a8', '#0b3954'],
      ['#7c3aed', '#22d3ee'],
      ['#2563eb', '#84cc16'],
    ],
    grounds: { light: '#ffffff', dark: '#0a1020', darkShare: 0.55 },
  },
  organic: {
    faces: [faces.pacifico, faces.comfortaa],
    fallbacks: [faces.comfortaa, faces.manrope],
    capitals: false,
    tracking: 0,
    corner: 0.5,
    layouts: ['stacked', 'stacked', 'side', 'underline', 'block'],
    marks: [sprig, sprig, petals, waves, peaks],
    palettes: [
      ['#2f5d3a', '#8ab661'],
      ['#4a3527', '#a7c957'],
      ['#1d4e5f', '#7fb7a3', '#e2a15d'],
      ['#5a4a2f', '#c98b5a'],
    ],
    grounds: { light: '#fbfaf4', dark: '#1f2f26', darkShare: 0.2 },
  },
} as const satisfies Record<string, Style>;

export type StyleName = keyof typeof styles;
export const styleNames = Object.keys(styles) as StyleName[];
