import { definePlugin } from '@atelier/sdk';
import { logo } from './nodes/logo.js';
import { render } from './nodes/render.js';

export default definePlugin({
  id: 'design',
  title: 'Design',
  version: '0.1.0',
  apiVersion: 1,
  nodes: [logo, render],
});
