export const plans = ['free', 'starter', 'pro', 'business', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

/** How many requests are taken within a minute, an hour and a day; a window that is left out has no limit. */
export interface Quota {
  readonly minute?: number;
  readonly hour?: number;
  readonly day?: number;
}

/** The tiers of visual-creativity. */
export const visualCreativityTiers = {
  standard: { minute: 100 },
  professional: { minute: 1_000 },
  enterprise: {},
} as const satisfies Record<string, Quota>;

/** The tiers of flux-krea; how much each may generate is a setting. */
export type FluxKreaTier = 'anonymous' | 'authenticated' | 'pro' | 'unlimited';

export interface PlanTerms {
  /** Shares of the devices when callers of several plans wait: a job of weight 4 counts like four of weight 1. */
  readonly weight: number;
  /** credits for each calendar month */
  readonly monthlyAllowance: number;
  /** what files may take, bytes; Infinity: as much as there is */
  readonly storageBytes: number;
  /** requests to craudioviz */
  readonly requests: Quota;
  readonly visualCreativity: keyof typeof visualCreativityTiers;
  readonly fluxKrea: FluxKreaTier;
}

const gigabyte = 1_000_000_000;

/** What each plan gives, and which tier of the other documented interfaces it is. */
export const planTerms: Readonly<Record<Plan, PlanTerms>> = {
  free: {
    weight: 1,
    monthlyAllowance: 100,
    storageBytes: gigabyte,
    requests: { hour: 100, day: 1_000 },
    visualCreativity: 'standard',
    fluxKrea: 'authenticated',
  },
  starter: {
    weight: 2,
    monthlyAllowance: 500,
    storageBytes: 10 * gigabyte,
    requests: { hour: 500, day: 10_000 },
    visualCreativity: 'standard',
    fluxKrea: 'authenticated',
  },
  pro: {
    weight: 4,
    monthlyAllowance: 2_000,
    storageBytes: 100 * gigabyte,
    requests: { hour: 2_000, day: 50_000 },
    visualCreativity: 'professional',
    fluxKrea: 'pro',
  },
  business: {
    weight: 8,
    monthlyAllowance: 10_000,
    storageBytes: 1000 * gigabyte,
    requests: { hour: 10_000, day: 250_000 },
    visualCreativity: 'professional',
    fluxKrea: 'pro',
  },
  enterprise: {
    weight: 16,
    monthlyAllowance: 50_000,
    storageBytes: Infinity,
    requests: {},
    visualCreativity: 'enterprise',
    fluxKrea: 'unlimited',
  },
};
