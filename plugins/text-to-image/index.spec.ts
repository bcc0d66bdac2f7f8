import { runNode, testPlugin } from '@atelier/sdk/testing';
import { referencePath } from '../../test/reference/pack.js';
import { emptyLatents } from './nodes/empty-latents.js';
import { encodePrompt } from './nodes/encode-prompt.js';
import plugin from './index.js';

testPlugin(plugin, {
  // Graphs that are being loaded cannot be interrupted.
  stopsWithinMs: 15_000,
  models: { sd: { family: 'sd', folder: referencePath('models/sd') } },
  make: {
    latents: async (ctx) => (await runNode(emptyLatents, { width: 64, height: 64 }, ctx)).latents,
    conditioning: async (ctx) => (await runNode(encodePrompt, { prompt: 'a red boat' }, ctx)).conditioning,
  },
});
