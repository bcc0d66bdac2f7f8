import type { Page, PageOf, RequestOptions, SubmitOptions } from './options.js';
import type { Transport } from './transport.js';

export interface Balance {
  /** What new jobs may cost */
  balance: number;
  plan: string;
  monthly_allowance: number;
  expires_at: string | null;
}

export interface Purchase {
  transaction_id: string;
  credits_added: number;
  new_balance: number;
  /** `$40.00` */
  cost: string;
}

export interface Transaction {
  id: string;
  type: 'purchase' | 'grant' | 'allowance' | 'hold' | 'release' | 'settle';
  /** Below 0 where credits went */
  amount: number;
  balance_after: number;
  job_id?: string;
  created_at: string;
}

export class Credits {
  constructor(private readonly transport: Transport) {}

  balance({ signal }: RequestOptions = {}): Promise<Balance> {
    return this.transport.get('/credits/balance', { signal });
  }

  /** Nobody is charged twice for one `idempotencyKey`. */
  purchase(
    order: { amount: number; payment_method: string },
    { idempotencyKey, signal }: SubmitOptions = {},
  ): Promise<Purchase> {
    return this.transport.submit('/credits/purchase', { body: order, signal }, idempotencyKey);
  }

  transactions(
    page: Page = {},
    { signal }: RequestOptions = {},
  ): Promise<PageOf<'transactions', Transaction>> {
    return this.transport.get('/credits/transactions', { query: { ...page }, signal });
  }
}
