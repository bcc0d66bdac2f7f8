import { jest } from '@jest/globals';
import { killAtRandom } from './random-kills.js';

jest.setTimeout(150_000);

// Number 1 of the reliability catalogue.
killAtRandom(50);
