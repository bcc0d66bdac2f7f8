import { jest } from '@jest/globals';
import { fuzzAll } from './fuzzing/fuzz-all.js';

jest.setTimeout(120_000);

fuzzAll({ seed: 20_251_120, requests: 20 });
