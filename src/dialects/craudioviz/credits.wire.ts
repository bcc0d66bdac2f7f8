import { z } from 'zod';
import { planTerms, plans, type Plan } from '../../server/accounts/plans.js';
import type { CreditTransaction } from '../../server/credits/credits.service.js';
import type { PurchaseView } from '../../server/purchases/purchases.service.js';
import { bodySchema } from './wire.js';

export const balanceSchema = z.object({
  balance: z.int().describe('What new jobs may cost'),
  plan: z.enum(plans),
  monthly_allowance: z.int().describe('Granted at the first request of each calendar month (UTC)'),
  expires_at: z.null().describe('Credits do not expire'),
});

export const purchaseSchema = bodySchema({
  amount: z.int().min(1).max(1_000_000).describe('Credits'),
  payment_method: z
    .string()
    .regex(/^[\w-]{1,255}$/, "must be the id of a payment method or token from Stripe's form")
    .describe('`pm_…` or `tok_…` of Stripe'),
});

export const purchasedSchema = z.object({
  transaction_id: z.string(),
  credits_added: z.int(),
  new_balance: z.int().describe('With a sandbox key, what it would be'),
  cost: z.string().regex(/^\$\d+\.\d\d$/),
});

export const transactionPageSchema = z.object({
  transactions: z.array(
    z.object({
      id: z.string(),
      type: z
        .enum(['purchase', 'grant', 'allowance', 'hold', 'release', 'settle'])
        .describe('A job holds its price when it is accepted and releases it unless it completes'),
      amount: z.int().describe('Below 0 where credits went'),
      balance_after: z.int(),
      job_id: z.string().optional().describe('Of a hold or release'),
      created_at: z.iso.datetime(),
    }),
  ),
  total: z.int(),
  has_more: z.boolean(),
});

export function toBalance(available: number, plan: Plan): z.output<typeof balanceSchema> {
  const { monthlyAllowance } = planTerms[plan];
  return { balance: available, plan, monthly_allowance: monthlyAllowance, expires_at: null };
}

export function toPurchased(purchase: PurchaseView): z.output<typeof purchasedSchema> {
  const { transactionId, credits, balanceAfter, costCents } = purchase;
  return {
    transaction_id: transactionId,
    credits_added: credits,
    new_balance: balanceAfter,
    cost: `$${(costCents / 100).toFixed(2)}`,
  };
}

export function toTransaction(
  transaction: CreditTransaction,
): z.output<typeof transactionPageSchema>['transactions'][number] {
  const { id, type, amount, balanceAfter, jobId, createdAt } = transaction;
  return {
    id,
    type,
    amount,
    balance_after: balanceAfter,
    ...(jobId === null ? {} : { job_id: jobId }),
    created_at: createdAt,
  };
}
