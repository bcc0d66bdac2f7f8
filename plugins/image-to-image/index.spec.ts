import { testPlugin } from '@atelier/sdk/testing';
import { referencePath } from '../../test/reference/pack.js';
import plugin from './index.js';

testPlugin(plugin, {
  // Graphs that are being loaded cannot be interrupted.
  stopsWithinMs: 15_000,
  models: { sd: { family: 'sd', folder: referencePath('models/sd') } },
});
