import { testPlugin } from '@atelier/sdk/testing';
import { referencePath } from '../../test/reference/pack.js';
import plugin from './index.js';

testPlugin(plugin, {
  models: { srvgg: { family: 'upscaler', folder: referencePath('models/srvgg-x4') } },
});
