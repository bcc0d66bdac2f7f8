/** Opens the databases of a home as a starting server does, but without its lock, and writes with others at the same time. */
import { Database } from '../../../dist/server/database/database.js';
import { Journal } from '../../../dist/server/database/journal.js';

const home = process.argv[2];
const database = await Database.open(home);
const journal = await Journal.open(home);
for (let index = 0; index < 50; index += 1) {
  await database.write(async (manager) => {
    const [{ n }] = await manager.query('SELECT count(*) AS n FROM accounts');
    await manager.query(`INSERT INTO accounts VALUES (?, ?, 'free', ?)`, [
      `${process.pid}-${index}`,
      `${n}`,
      n,
    ]);
  });
}
await database.close();
await journal.close();
