import { definePlugin } from '@atelier/sdk';
import { adjust } from './nodes/adjust.js';
import { blur } from './nodes/blur.js';
import { composite } from './nodes/composite.js';
import { contactSheet } from './nodes/contact-sheet.js';
import { convert } from './nodes/convert.js';
import { crop } from './nodes/crop.js';
import { flip } from './nodes/flip.js';
import { load } from './nodes/load.js';
import { metadata } from './nodes/metadata.js';
import { resize } from './nodes/resize.js';
import { rotate } from './nodes/rotate.js';
import { save } from './nodes/save.js';
import { sharpen } from './nodes/sharpen.js';
import { text } from './nodes/text.js';

export default definePlugin({
  id: 'image',
  title: 'Pictures',
  version: '0.1.0',
  apiVersion: 1,
  nodes: [
    load,
    save,
    convert,
    metadata,
    resize,
    crop,
    rotate,
    flip,
    blur,
    sharpen,
    adjust,
    composite,
    text,
    contactSheet,
  ],
});
