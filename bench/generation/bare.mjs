// The graphs of one picture with onnxruntime-node and nothing else, in the order in which a generation runs them. Prints the most
// memory that this took, KiB.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [folder, ...numbers] = process.argv.slice(2);
const [width, height, steps] = numbers.map(Number);

const open = (name) =>
  InferenceSession.create(path.join(folder, name, 'model.onnx'), { logSeverityLevel: 4 });
const floats = (dims) =>
  new Tensor('float32', new Float32Array(dims.reduce((size, dim) => size * dim, 1)), dims);
const latents = (items) => floats([items, 4, height / 8, width / 8]);

const textEncoder = await open('text_encoder');
const states = [];
for (const _ of ['negative', 'prompt']) {
  const type = textEncoder.inputMetadata[0].type;
  const ids = type === 'int64' ? new BigInt64Array(77) : new Int32Array(77);
  states.push((await textEncoder.run({ input_ids: new Tensor(type, ids, [1, 77]) })).last_hidden_state);
}
const unet = await open('unet');
const encoder_hidden_states = floats([2, ...states[0].dims.slice(1)]);
const { type, shape } = unet.inputMetadata.find(({ name }) => name === 'timestep');
for (let step = 0; step < steps; step++) {
  const time = type === 'int64' ? BigInt64Array.of(BigInt(step)) : Float32Array.of(step);
  const timestep = new Tensor(
    type,
    time,
    shape.map(() => 1),
  );
  await unet.run({ sample: latents(2), timestep, encoder_hidden_states });
}
const decoder = await open('vae_decoder');
await decoder.run({ latent_sample: latents(1) });
const [, peakKib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
console.log(peakKib);
