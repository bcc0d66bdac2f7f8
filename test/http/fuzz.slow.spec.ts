import { jest } from '@jest/globals';
import { fuzzAll } from './fuzzing/fuzz-all.js';

jest.setTimeout(900_000);

fuzzAll({ seed: 40_251_120, requests: 140 });
