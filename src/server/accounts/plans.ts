export const plans = ['free', 'starter', 'pro', 'business', 'enterprise'] as const;
export type Plan = (typeof plans)[number];

export interface PlanTerms {
  /** share of the devices when callers of several plans wait: a job of weight 4 counts like four of weight 1 */
  weight: number;
  /** credits for each calendar month */
  monthlyAllowance: number;
}

export const planTerms: Readonly<Record<Plan, PlanTerms>> = {
  free: { weight: 1, monthlyAllowance: 100 },
  starter: { weight: 2, monthlyAllowance: 500 },
  pro: { weight: 4, monthlyAllowance: 2_000 },
  business: { weight: 8, monthlyAllowance: 10_000 },
  enterprise: { weight: 16, monthlyAllowance: 50_000 },
};
