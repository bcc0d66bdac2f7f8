import type { EntityManager } from 'typeorm';
import { isTerminal, jobStatuses } from '../../engine/job-state.js';

export interface Audit {
  /** of all entries; 0 */
  sum: number;
  /** one sentence each; none */
  problems: string[];
}

interface Check {
  says: string;
  /** selects the ids of which `says` holds */
  sql: string;
}

const ended = jobStatuses
  .filter(isTerminal)
  .map((status) => `'${status}'`)
  .join(', ');
/** Jobs whose price is above 0 and is not waived. */
const paid = 'SELECT id, status FROM jobs WHERE credits > 0 AND sandbox = 0';
const ofJob = (types: string): string =>
  `SELECT count(*) FROM ledger_transactions t WHERE t.job_id = j.id AND t.type IN (${types})`;

const checks: Check[] = [
  {
    says: 'does not sum to zero',
    sql: 'SELECT transaction_id AS id FROM ledger_entries GROUP BY transaction_id HAVING sum(amount) <> 0 OR count(*) <> 2',
  },
  {
    says: 'has no entries',
    sql: 'SELECT t.id FROM ledger_transactions t WHERE NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.transaction_id = t.id)',
  },
  {
    says: 'has a balance that is not the sum of its entries',
    sql: `SELECT b.account AS id FROM ledger_balances b
          WHERE b.balance <> (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e WHERE e.account = b.account)`,
  },
  {
    says: 'has entries but no balance',
    sql: 'SELECT DISTINCT account AS id FROM ledger_entries WHERE account NOT IN (SELECT account FROM ledger_balances)',
  },
  {
    says: 'is paid for but its credits are not there',
    sql: `SELECT p.id FROM purchases p WHERE p.status = 'credited' AND p.sandbox = 0 AND NOT EXISTS (
            SELECT 1 FROM ledger_transactions t JOIN ledger_entries e ON e.transaction_id = t.id
            WHERE t.id = p.transaction_id AND t.type = 'purchase' AND t.account_id = p.account_id AND e.amount = p.credits)`,
  },
  { says: 'has no hold', sql: `SELECT j.id FROM (${paid}) j WHERE (${ofJob(`'hold'`)}) = 0` },
  {
    says: 'completed but was not settled',
    sql: `SELECT j.id FROM (${paid}) j WHERE j.status = 'completed' AND (${ofJob(`'settle'`)}) = 0`,
  },
  {
    says: 'ended otherwise but was not released',
    sql: `SELECT j.id FROM (${paid}) j WHERE j.status IN (${ended}) AND j.status <> 'completed' AND (${ofJob(`'release'`)}) = 0`,
  },
  {
    says: 'has not ended but its hold has',
    sql: `SELECT j.id FROM (${paid}) j WHERE j.status NOT IN (${ended}) AND (${ofJob(`'settle', 'release'`)}) > 0`,
  },
  {
    says: 'is not there but its hold is open',
    sql: `SELECT t.job_id AS id FROM ledger_transactions t WHERE t.type = 'hold'
          AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.id = t.job_id)
          AND NOT EXISTS (SELECT 1 FROM ledger_transactions e WHERE e.job_id = t.job_id AND e.type IN ('settle', 'release'))`,
  },
];

/** Compares ledger, balances, purchases and jobs. That a type occurs once per job, and one end per hold, the tables ensure. */
export async function audit(read: EntityManager): Promise<Audit> {
  const problems: string[] = [];
  for (const { says, sql } of checks) {
    const rows: { id: string }[] = await read.query(sql);
    problems.push(...rows.map(({ id }) => `${id} ${says}`));
  }
  const [total]: { sum: number }[] = await read.query(
    'SELECT coalesce(sum(amount), 0) AS sum FROM ledger_entries',
  );
  return { sum: total!.sum, problems };
}
