import { childEnvironment, loadConfig } from './config.js';

describe('the environment', () => {
  it('gives a working local setup when it is empty, one that sells nothing', () => {
    expect(loadConfig({})).toMatchObject({ port: 8000, creditsLow: 100, stripe: { key: '' } });
  });

  it('names every variable that is wrong', () => {
    expect(() => loadConfig({ STRIPE_API_BASE: 'stripe', ATELIER_CREDIT_PRICE_CENTS: '0' })).toThrow(
      /ATELIER_CREDIT_PRICE_CENTS.*STRIPE_API_BASE/,
    );
  });

  it('keeps the keys to payments and to the language model from the processes in which plugins run', () => {
    process.env.STRIPE_SECRET_KEY = 'sk_live_1';
    process.env.ATELIER_LLM_KEY = 'sk-1';
    expect(childEnvironment({ ADDED: '1' })).toMatchObject({ PATH: process.env.PATH, ADDED: '1' });
    expect(childEnvironment({})).not.toHaveProperty('STRIPE_SECRET_KEY');
    expect(childEnvironment({})).not.toHaveProperty('ATELIER_LLM_KEY');
    delete process.env.STRIPE_SECRET_KEY;
    delete process.env.ATELIER_LLM_KEY;
  });
});
