import { jest } from '@jest/globals';
import { killAtRandom } from './random-kills.js';

jest.setTimeout(150_000);

killAtRandom(8);
