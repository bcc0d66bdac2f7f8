import { openPromptEncoder } from '../../../../test/reference/prompt-encoder.js';
import { applyFinalNorm } from './final-norm.js';
import { TextGraph } from './text-graph.js';

const width = 8;
const gain = Float32Array.from({ length: width }, (_, i) => 0.5 + i / 4);
const bias = Float32Array.from({ length: width }, (_, i) => i - 3);
const wave = (phase: number) =>
  Float32Array.from({ length: 77 * width }, (_, i) => Math.sin(i * i + phase) * 5);

/** Layer normalization as PyTorch defines it. */
function norm(states: Float32Array): Float32Array {
  return states.map((value, i) => {
    const start = i - (i % width);
    const token = states.subarray(start, start + width);
    const mean = token.reduce((total, other) => total + other, 0) / width;
    const variance = token.reduce((total, other) => total + (other - mean) ** 2, 0) / width;
    return ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[i % width]! + bias[i % width]!;
  });
}

test('the norm of the last layer is found and applied to another one', () => {
  const [before, earlier] = [wave(0), wave(1)];
  const result = applyFinalNorm(earlier, before, norm(before), width);
  const expected = norm(earlier);
  const error = Math.max(...result.map((value, i) => Math.abs(value - expected[i]!)));
  expect(error).toBeLessThan(1e-5);
});

test('what one text tells of a real graph holds for another', async () => {
  const { session, tokenizer } = await openPromptEncoder('sdxl');
  const graph = new TextGraph(session);
  const one = await graph.run(tokenizer.padded('a painting of a squirrel'));
  const other = await graph.run(tokenizer.padded('blurry, low quality'));
  await session.release();
  const [before, after] = [graph.layers.at(-1)!, graph.lastStates];
  const result = applyFinalNorm(other[before]!.data, one[before]!.data, one[after]!.data, 32);
  const error = Math.max(...result.map((value, i) => Math.abs(value - other[after]!.data[i]!)));
  expect(error).toBeLessThan(1e-5);
});
