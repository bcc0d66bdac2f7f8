/**
 * Fetches ONNX Runtime's CUDA provider (some 300 MB), which npm does not carry, with the install script of onnxruntime-node. The plain
 * installation leaves it out, as it works without it and without the place that it comes from.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { probeProviders } from '@atelier/onnx';

const source = 'api.nuget.org';

if (`${process.platform}/${process.arch}` !== 'linux/x64') {
  stop(
    `ONNX Runtime has its CUDA provider for Node on linux/x64 alone, not on ${process.platform}/${process.arch}.`,
  );
}

const require = createRequire(new URL('../packages/onnx/package.json', import.meta.url));
const folder = path.dirname(require.resolve('onnxruntime-node/package.json'));
const libraries = path.join(path.relative(process.cwd(), folder), 'bin/napi-v6/linux/x64');
const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'script/install.js')], {
  env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
  stdio: ['ignore', 'inherit', 'pipe'],
  encoding: 'utf8',
});
if (status !== 0) {
  const error = /^\w*Error: .*$/m.exec(stderr)?.[0] ?? `it ended with the code ${status}`;
  stop(
    `The CUDA provider could not be fetched from ${source} (${error}). Where that cannot be reached, run this on a machine that ` +
      `can and copy libonnxruntime_providers_cuda.so and libonnxruntime_providers_shared.so from its ${libraries} to the same place here.`,
  );
}

const [cuda] = await probeProviders(['cuda']);
if (cuda.available)
  console.log('CUDA works. Name the card and its memory in ATELIER_DEVICES, such as cuda:0=24000.');
else stop(`The CUDA provider is there but does not work: ${cuda.why}.`);

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
