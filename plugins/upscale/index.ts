import { definePlugin } from '@atelier/sdk';
import { join } from './nodes/join.js';
import { lanczos } from './nodes/lanczos.js';
import { model } from './nodes/model.js';
import { split } from './nodes/split.js';

export default definePlugin({
  id: 'upscale',
  title: 'Upscaling',
  version: '0.1.0',
  apiVersion: 1,
  nodes: [model, lanczos, split, join],
});
