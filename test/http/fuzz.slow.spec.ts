import { jest } from '@jest/globals';
import { call } from '../harness/api.js';
import { type Campaign, startCampaign } from './fuzzing/campaign.js';

jest.setTimeout(900_000);

const seed = 40_251_120;
const requestsPerEndpoint = 140;

let campaign: Campaign;
beforeAll(async () => {
  campaign = await startCampaign();
});
afterAll(() => campaign.server.stop());

it('every endpoint answers whatever it is sent in the words of its dialect, and none fails', async () => {
  expect(await campaign.attack({ seed, requests: requestsPerEndpoint })).toEqual([]);
  const sent = [...campaign.answers.values()].reduce((sum, count) => sum + count, 0);
  expect(sent).toBeGreaterThanOrEqual(campaign.operations.length * requestsPerEndpoint);
});

it('the server is well afterwards, and its ledger sums to zero', async () => {
  expect((await call(campaign.server, 'GET', '/health')).status).toBe(200);
  expect(campaign.faults()).toEqual([]);
  expect(await campaign.end()).toEqual([]);
});
