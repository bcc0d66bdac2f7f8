export const plans = ['free', 'starter', 'pro', 'business', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

/** Shares of the devices when callers of several plans wait: a job of weight 4 counts like four of weight 1. */
export const planWeights: Readonly<Record<Plan, number>> = {
  free: 1,
  starter: 2,
  pro: 4,
  business: 8,
  enterprise: 16,
};
