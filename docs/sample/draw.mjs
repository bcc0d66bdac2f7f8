/** Draws the sample pictures beside this file: the same mountains at three times of day. `node docs/sample/draw.mjs` */
import path from 'node:path';
import sharp from 'sharp';

const width = 1600;
const height = 1067;
const shore = 760;

const scenes = {
  photo: {
    zenith: '#35507d',
    horizon: '#f7b267',
    sun: '#fff1c9',
    at: [1130, 385],
    radius: 46,
    near: '#1d1b2e',
    stars: 0,
  },
  noon: {
    zenith: '#2f7fd1',
    horizon: '#cfe8f7',
    sun: '#ffffff',
    at: [420, 190],
    radius: 40,
    near: '#16351f',
    stars: 0,
  },
  night: {
    zenith: '#050914',
    horizon: '#27406b',
    sun: '#e9eefc',
    at: [1240, 230],
    radius: 34,
    near: '#04060c',
    stars: 420,
  },
};

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const mix = (a, b, share) => a.map((value, channel) => value + (b[channel] - value) * share);
const clamp = (value) => Math.min(1, Math.max(0, value));

/** A number from 0 to 1 for each place, the same in every run. Integer hash after Bob Jenkins' one-at-a-time. */
function noise(x, y) {
  let hash = 0;
  for (const part of [x, y]) {
    hash = (hash + part) | 0;
    hash = (hash + (hash << 10)) | 0;
    hash ^= hash >>> 6;
  }
  hash = (hash + (hash << 3)) | 0;
  hash ^= hash >>> 11;
  return ((hash + (hash << 15)) >>> 0) / 2 ** 32;
}

/** Smooth noise along a line, five octaves, about -1 to 1. */
function ridge(x, seed) {
  let sum = 0;
  for (let octave = 0; octave < 5; octave++) {
    const place = (x / 420) * 2 ** octave;
    const left = Math.floor(place);
    const share = (place - left) ** 2 * (3 - 2 * (place - left));
    const from = noise(left, seed * 31 + octave);
    sum += (from + (noise(left + 1, seed * 31 + octave) - from) * share - 0.5) / 1.9 ** octave;
  }
  return sum;
}

const ranges = [0, 1, 2, 3, 4].map((layer) => ({
  base: 430 + layer * 72,
  relief: 230 - layer * 28,
  seed: layer + 3,
  depth: (layer + 1) / 5,
}));
const skyline = ranges.map(({ base, relief, seed }) =>
  Float64Array.from({ length: width }, (_, x) => base - relief * ridge(x, seed)),
);

function sky(scene, x, y) {
  const colour = mix(rgb(scene.zenith), rgb(scene.horizon), clamp(y / 620) ** 1.5);
  const distance = Math.hypot(x - scene.at[0], y - scene.at[1]);
  const glow = clamp(1 - distance / 620) ** 3 * 0.75;
  const disc = clamp(scene.radius - distance + 0.5);
  return mix(mix(colour, rgb(scene.sun), glow), rgb(scene.sun), disc);
}

/** What one sees of the ranges up to this one, and of the sky above them. */
function land(scene, x, y, layer = ranges.length - 1) {
  if (layer < 0) return sky(scene, x, y);
  const below = y - skyline[layer][x];
  const cover = clamp(below + 0.5);
  if (cover === 0) return land(scene, x, y, layer - 1);
  const haze = clamp(1 - ranges[layer].depth + below / 900);
  const colour = mix(rgb(scene.near), mix(rgb(scene.horizon), rgb(scene.zenith), 0.35), haze * 0.8);
  return cover === 1 ? colour : mix(land(scene, x, y, layer - 1), colour, cover);
}

function lake(scene, x, y) {
  const depth = (y - shore) / (height - shore);
  const ripple = Math.sin(y * 0.9 + 14 * ridge(x + y * 3, 17)) * (2 + 16 * depth);
  const mirrored = Math.max(0, Math.round(shore - (y - shore) * 1.6 + ripple * 0.6));
  const from = Math.min(width - 1, Math.max(0, Math.round(x + ripple)));
  return mix(land(scene, from, mirrored), rgb(scene.zenith), 0.25 + 0.3 * depth);
}

function draw(scene) {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = y < shore ? land(scene, x, y) : lake(scene, x, y);
      const grain = (noise(x, y) - 0.5) * 3;
      for (let channel = 0; channel < 3; channel++) {
        data[(y * width + x) * 3 + channel] = Math.min(255, Math.max(0, Math.round(colour[channel] + grain)));
      }
    }
  }
  for (let star = 0; star < scene.stars; star++) {
    const [x, y] = [Math.floor(noise(star, 71) * width), Math.floor(noise(star, 72) * 420)];
    const isFree = skyline.every((heights) => y < heights[x] - 6);
    if (isFree)
      data.fill(150 + Math.floor(noise(star, 73) * 100), (y * width + x) * 3, (y * width + x) * 3 + 3);
  }
  return data;
}

for (const [name, scene] of Object.entries(scenes)) {
  const file = path.join(import.meta.dirname, `${name}.jpg`);
  await sharp(draw(scene), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 78, mozjpeg: true })
    .toFile(file);
}
