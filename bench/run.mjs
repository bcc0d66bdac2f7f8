import { existsSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createJiti } from 'jiti';

const shelf = import.meta.dirname;
const available = readdirSync(shelf).filter((name) => existsSync(path.join(shelf, name, 'index.ts')));
const chosen = process.argv.length > 2 ? process.argv.slice(2) : available;
const unknown = chosen.filter((name) => !available.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${available.join(', ')}.`);
  process.exit(2);
}

const [processor] = os.cpus();
console.log(
  `${processor?.model ?? os.arch()}, ${os.availableParallelism()} cores, ` +
    `${Math.round(os.totalmem() / 2 ** 30)} GiB of memory, ${os.platform()}, Node ${process.version}`,
);

// What a bench measures is the compiled product where it can be; only the bench itself is TypeScript at run time.
const jiti = createJiti(import.meta.url);
const failed = [];
for (const name of chosen) {
  const { title, run } = await jiti.import(path.join(shelf, name, 'index.ts'));
  console.log(`\n${name}: ${title}`);
  const { passed } = await run((line) => console.log(`  ${line}`));
  console.log(passed ? '  passed' : '  NOT PASSED');
  if (!passed) failed.push(name);
}
if (failed.length > 0) console.log(`\nnot passed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
