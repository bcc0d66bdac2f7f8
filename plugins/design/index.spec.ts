import { testPlugin } from '@atelier/sdk/testing';
import plugin from './index.js';

testPlugin(plugin);
