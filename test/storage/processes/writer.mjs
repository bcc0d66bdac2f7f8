/** Writes accounts in pairs, and blobs, as fast as it can; prints what it was told is durable. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Database } from '../../../dist/server/database/database.js';
import { HomeLock } from '../../../dist/server/database/home-lock.js';
import { assetFolder } from '../../../dist/server/assets/asset-folder.js';
import { Assets } from '../../../dist/runtime/assets.js';

const [home, round] = process.argv.slice(2);
const lock = await HomeLock.acquire(home);
await lock.announce('http://127.0.0.1:1');
const database = await Database.open(home);
const store = new Assets(assetFolder(home));

// Like a worker, it outlives the server that is killed, and must not keep the lock.
const worker = spawn('sleep', ['60'], { stdio: 'ignore', detached: true });
console.log(`worker ${worker.pid}`);

async function writeRows(lane) {
  for (let index = 0; ; index += 1) {
    const id = `${round}-${lane}-${index}`;
    await database.write(async (manager) => {
      for (const half of ['a', 'b']) {
        await manager.query(`INSERT INTO accounts VALUES (?, ?, 'free', 1)`, [
          `${id}-${half}`,
          `${id}-${half}`,
        ]);
      }
    });
    console.log(`row ${id}`);
  }
}

async function writeBlobs() {
  for (;;) console.log(`blob ${(await store.put(randomBytes(300_000))).sha256}`);
}

await Promise.all([writeRows(0), writeRows(1), writeRows(2), writeBlobs()]);
