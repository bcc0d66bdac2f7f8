import { referencePath } from '../../../../test/reference/pack.js';
import { loadTokenizer } from '../tokenizers/load-tokenizer.js';
import { emptyChunk, literalChunk, promptChunks } from './prompt-chunks.js';

const load = (folder = 'models/sd/tokenizer') => loadTokenizer(referencePath(folder));

test.each(['', 'a painting of a squirrel', 'two\nlines & more'])(
  'a short prompt without weights is its padded ids (%j)',
  async (prompt) => {
    const tokenizer = await load();
    expect(promptChunks(tokenizer, prompt, 77)).toEqual([{ ids: tokenizer.padded(prompt), weights: null }]);
  },
);

test('a weight stands at the ids of its text', async () => {
  const tokenizer = await load();
  const [chunk] = promptChunks(tokenizer, 'a (painting:1.5) of', 77);
  expect(chunk!.ids.slice(0, 5)).toEqual([997, 320, 795, 911, 998]);
  expect(chunk!.weights).toEqual([1, 1, 1.5, ...new Array(74).fill(1)]);
});

test('75 ids fit one chunk, and the 76th begins another', async () => {
  const tokenizer = await load();
  const chunks = promptChunks(tokenizer, 'the '.repeat(76), 77);
  const the = tokenizer.pieces('the')[0]!;
  expect(promptChunks(tokenizer, 'the '.repeat(75), 77)).toHaveLength(1);
  expect(chunks.map(({ ids }) => ids)).toEqual([
    [997, ...new Array(75).fill(the), 998],
    [997, the, ...new Array(75).fill(998)],
  ]);
});

test('weights go on over the border of chunks', async () => {
  const tokenizer = await load();
  const chunks = promptChunks(tokenizer, `${'the '.repeat(74)}(the the:2)`, 77);
  expect(chunks.map(({ weights }) => weights?.slice(0, 3))).toEqual([
    [1, 1, 1],
    [1, 2, 1],
  ]);
  expect(chunks[0]!.weights!.slice(74)).toEqual([1, 2, 1]);
});

test('chunks are filled with the padding token of their tokenizer', async () => {
  const tokenizer = await load('models/sdxl/tokenizer_2');
  expect(emptyChunk(tokenizer, 5)).toEqual({ ids: [997, 998, 0, 0, 0], weights: null });
});

test('a literal prompt keeps its brackets and is cut', async () => {
  const tokenizer = await load();
  const prompt = `(masterpiece:1.2) ${'the '.repeat(99)}`;
  expect(literalChunk(tokenizer, prompt, 77)).toEqual({ ids: tokenizer.padded(prompt), weights: null });
});
