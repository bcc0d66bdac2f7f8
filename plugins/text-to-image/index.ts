import { definePlugin } from '@atelier/sdk';
import { applyControl } from './nodes/apply-control.js';
import { canvas } from './nodes/canvas.js';
import { decode } from './nodes/decode.js';
import { emptyLatents } from './nodes/empty-latents.js';
import { encodePrompt } from './nodes/encode-prompt.js';
import { load } from './nodes/load.js';
import { sample } from './nodes/sample.js';

export default definePlugin({
  id: 'text-to-image',
  title: 'Pictures from prompts',
  version: '0.1.0',
  apiVersion: 1,
  nodes: [load, canvas, encodePrompt, emptyLatents, applyControl, sample, decode],
});
