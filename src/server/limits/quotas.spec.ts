import { loadConfig } from '../../config.js';
import { plans } from '../accounts/plans.js';
import { quotaOf } from './quotas.js';

const { kreaQuotas } = loadConfig({});

const quotas = (dialect: string) =>
  plans.map((plan) => quotaOf({ plan, sandbox: false }, dialect, kreaQuotas));

describe('what each plan may ask', () => {
  it('of craudioviz is counted per hour and day', () => {
    expect(quotas('craudioviz')).toEqual([
      { hour: 100, day: 1_000 },
      { hour: 500, day: 10_000 },
      { hour: 2_000, day: 50_000 },
      { hour: 10_000, day: 250_000 },
      {},
    ]);
  });

  it('of visual-creativity is counted per minute', () => {
    expect(quotas('visual-creativity')).toEqual([
      { minute: 100 },
      { minute: 100 },
      { minute: 1_000 },
      { minute: 1_000 },
      {},
    ]);
  });

  it('of flux-krea is counted per minute and hour', () => {
    const authenticated = { minute: 30, hour: 500 };
    const pro = { minute: 60, hour: 2_000 };
    expect(quotas('flux-krea')).toEqual([authenticated, authenticated, pro, pro, {}]);
  });

  it('of the others is anything', () => expect(quotas('desktop')).toEqual([{}, {}, {}, {}, {}]));
});

describe('who has no plan of its own', () => {
  it.each(['craudioviz', 'visual-creativity', 'flux-krea'])('a sandbox key has no limits in %s', (dialect) =>
    expect(quotaOf({ plan: 'free', sandbox: true }, dialect, kreaQuotas)).toEqual({}),
  );

  it('someone without a key generates as flux-krea lets the anonymous do, whoever runs the server', () => {
    const anonymous = { plan: 'enterprise', sandbox: false, anonymous: true } as const;
    expect(quotaOf(anonymous, 'flux-krea', kreaQuotas)).toEqual({ minute: 10, hour: 100 });
  });

  it('the limits of flux-krea can be set and switched off', () => {
    const set = loadConfig({ ATELIER_KREA_LIMITS: '1/2,3/4,5/6' }).kreaQuotas;
    expect(quotaOf({ plan: 'pro', sandbox: false }, 'flux-krea', set)).toEqual({ minute: 5, hour: 6 });
    const off = loadConfig({ ATELIER_KREA_LIMITS: 'off' }).kreaQuotas;
    expect(quotaOf({ plan: 'pro', sandbox: false }, 'flux-krea', off)).toEqual({});
    expect(() => loadConfig({ ATELIER_KREA_LIMITS: '10 a minute' })).toThrow(/10\/100,30\/500,60\/2000/);
  });
});
