/** Fills the small disk that `home` is on, then makes room again; prints what happened as JSON. */
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@atelier/sdk';
import { Assets as AssetStore } from '../../../dist/runtime/assets.js';
import { assetFolder } from '../../../dist/server/assets/asset-folder.js';
import { Assets } from '../../../dist/server/assets/assets.service.js';
import { Database } from '../../../dist/server/database/database.js';
import { Files } from '../../../dist/server/files/files.service.js';
import { Signatures } from '../../../dist/server/files/signatures.js';
import { Storage } from '../../../dist/server/files/storage.js';
import { Idempotency } from '../../../dist/server/idempotency/idempotency.service.js';
import { Projects } from '../../../dist/server/projects/projects.service.js';

const home = process.argv[2];
writeFileSync(path.join(home, 'ballast'), randomBytes(3_000_000));
const database = await Database.open(home);
const store = new AssetStore(assetFolder(home));
const assets = new Assets({ home, jobTimeoutMs: 1 }, database, store);
const signatures = new Signatures({ home });
await signatures.onModuleInit();
const files = new Files(
  database,
  assets,
  store,
  signatures,
  new Projects(database, new Idempotency(database)),
  new Storage(database),
);

const codeOf = (error) => (Failure.is(error) ? error.code : String(error));
const uploaded = [];
const upload = async () => {
  const { id } = await files.upload('user_1', randomBytes(400_000), 'noise.bin', 1e6);
  uploaded.push(id);
};
let rows = 0;
const write = () =>
  database.write(async (manager) => {
    await manager.query(`INSERT INTO run_notes VALUES (?)`, [randomBytes(20_000).toString('hex')]);
    await manager.query(`INSERT INTO run_notes VALUES (?)`, [randomBytes(20_000).toString('hex')]);
    rows += 2;
  });
await database.write((manager) => manager.query('CREATE TABLE run_notes (text TEXT)'));

async function untilFailure(work) {
  for (let turn = 0; turn < 1000; turn += 1) {
    try {
      await work();
    } catch (error) {
      return codeOf(error);
    }
  }
  return 'never';
}

const uploadFailure = await untilFailure(upload);
const unfinished = readdirSync(assetFolder(home)).filter((name) => name.startsWith('.'));
let committed = 0;
const writeFailure = await untilFailure(async () => {
  await write();
  committed = rows;
});
const parallelFailures = (await Promise.allSettled([write(), write(), write()])).map((outcome) =>
  outcome.status === 'rejected' ? codeOf(outcome.reason) : 'written',
);
const readable = (await files.get('user_1', uploaded[0])).bytes;

rmSync(path.join(home, 'ballast'));
const roomAt = Date.now();
rows = committed;
await write();
await upload();
const recoveredMs = Date.now() - roomAt;

const [found] = await database.read.query('SELECT count(*) AS rows FROM run_notes');
const [listed] = await database.read.query('SELECT count(*) AS files FROM files');
const integrity = await database.read.query('PRAGMA integrity_check');
await database.close();
console.log(
  JSON.stringify({
    uploadFailure,
    unfinished,
    writeFailure,
    parallelFailures,
    readable,
    recoveredMs,
    lostRows: rows - found.rows,
    lostFiles: uploaded.length - listed.files,
    integrity,
  }),
);
