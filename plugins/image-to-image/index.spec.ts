import { testPlugin } from '@atelier/sdk/testing';
import { referencePath } from '../../test/reference/pack.js';
import plugin from './index.js';

testPlugin(plugin, { models: { sd: { family: 'sd', folder: referencePath('models/sd') } } });
