import { call } from '../../harness/api.js';
import { type Campaign, startCampaign } from './campaign.js';

/** Sends each endpoint so many requests, which the seed decides, and looks whether the server is well afterwards. */
export function fuzzAll({ seed, requests }: { seed: number; requests: number }): void {
  let campaign: Campaign;
  beforeAll(async () => {
    campaign = await startCampaign();
  });
  afterAll(() => campaign.server.stop());

  it('every endpoint answers whatever it is sent in the words of its dialect, and none fails', async () => {
    expect(await campaign.attack({ seed, requests })).toEqual([]);
    const sent = [...campaign.answers.values()].reduce((sum, count) => sum + count, 0);
    expect(sent).toBeGreaterThanOrEqual(campaign.operations.length * requests);
  });

  it('the server is well afterwards, and its ledger sums to zero', async () => {
    expect((await call(campaign.server, 'GET', '/health')).status).toBe(200);
    expect(campaign.faults()).toEqual([]);
    expect(await campaign.end()).toEqual([]);
  });
}
