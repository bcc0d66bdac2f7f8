import type { Config } from '../../config.js';
import { planTerms, type Quota, visualCreativityTiers } from '../accounts/plans.js';
import type { Principal } from '../accounts/principal.js';

const unlimited: Quota = {};

type Limited = Pick<Principal, 'plan' | 'sandbox' | 'anonymous'>;

/**
 * What a caller may ask of a dialect.
 * @param kreaQuotas of each tier of flux-krea
 */
export function quotaOf(caller: Limited, dialect: string, kreaQuotas: Config['kreaQuotas']): Quota {
  if (caller.sandbox) return unlimited;
  const { requests, visualCreativity, fluxKrea } = planTerms[caller.plan];
  if (dialect === 'craudioviz') return requests;
  if (dialect === 'visual-creativity') return visualCreativityTiers[visualCreativity];
  if (dialect !== 'flux-krea') return unlimited;
  const tier = caller.anonymous ? 'anonymous' : fluxKrea;
  return tier === 'unlimited' ? unlimited : kreaQuotas[tier];
}
