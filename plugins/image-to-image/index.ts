import { definePlugin } from '@atelier/sdk';
import { encodeInpaint } from './nodes/encode-inpaint.js';
import { encode } from './nodes/encode.js';

export default definePlugin({
  id: 'image-to-image',
  title: 'Pictures from pictures',
  version: '0.1.0',
  apiVersion: 1,
  nodes: [encode, encodeInpaint],
});
