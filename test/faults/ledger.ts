import { audit } from '../../src/server/credits/audit.js';
import { Database } from '../../src/server/database/database.js';

/** What is wrong with the ledger of a home that no server holds: each job has one hold and one end, and all sums to zero. */
export async function ledgerProblems(home: string): Promise<string[]> {
  const database = await Database.open(home);
  try {
    const { sum, problems } = await audit(database.read);
    return sum === 0 ? problems : [...problems, `The ledger sums to ${sum}.`];
  } finally {
    await database.close();
  }
}

/** What holds were made and how they ended, by job. */
export async function transactionsByJob(home: string): Promise<Map<string, string[]>> {
  const database = await Database.open(home);
  try {
    const rows: { jobId: string; type: string }[] = await database.read.query(
      'SELECT job_id AS jobId, type FROM ledger_transactions WHERE job_id IS NOT NULL ORDER BY rowid',
    );
    const byJob = new Map<string, string[]>();
    for (const { jobId, type } of rows) byJob.set(jobId, [...(byJob.get(jobId) ?? []), type]);
    return byJob;
  } finally {
    await database.close();
  }
}
