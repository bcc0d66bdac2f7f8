import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readReferenceJson, referencePath } from '../../../../test/reference/pack.js';
import { loadTokenizer } from './load-tokenizer.js';

interface Golden {
  name: string;
  files: string;
  max_length: number;
  pad_id: number;
  bos_id: number | null;
  eos_id: number;
  cases: { text: string; ids: number[]; padded: number[] }[];
}

const { tokenizers } = readReferenceJson<{ tokenizers: Golden[] }>('goldens', 'tokenizers.json');
const clipFolder = referencePath('models/sd/tokenizer');
const t5Folder = referencePath('models/sd3/tokenizer_3');

describe.each(tokenizers)('the tokenizer $name', (golden) => {
  test('gives the ids of the reference for every text', async () => {
    const tokenizer = await loadTokenizer(referencePath(golden.files));
    const ids = golden.cases.map(({ text }) => tokenizer.encode(text));
    expect(ids).toEqual(golden.cases.map((item) => item.ids));
  });

  test('cuts and fills like the reference', async () => {
    const tokenizer = await loadTokenizer(referencePath(golden.files));
    const ids = golden.cases.map(({ text }) => tokenizer.padded(text, golden.max_length));
    expect(ids).toEqual(golden.cases.map((item) => item.padded));
  });

  test('takes first, last and padding token from the files', async () => {
    const { bosId, eosId, padId } = await loadTokenizer(referencePath(golden.files));
    expect({ bosId, eosId, padId }).toEqual({
      bosId: golden.bos_id,
      eosId: golden.eos_id,
      padId: golden.pad_id,
    });
  });

  test.each(['a red fox in the snow, ', 'a', '!', '漢字', '😀', '(', ' '])(
    'reads 100,000 characters of %j in less than a second',
    async (part) => {
      const tokenizer = await loadTokenizer(referencePath(golden.files));
      const text = part.repeat(100_000 / part.length);
      const before = process.cpuUsage();
      const ids = tokenizer.padded(text, 77);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(1000);
      expect(ids).toHaveLength(77);
    },
  );
});

describe('a tokenizer folder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'tokenizer-')), 'tokenizer');
  });

  afterEach(() => rm(path.dirname(folder), { recursive: true }));

  const copy = (from: string) => cp(from, folder, { recursive: true });
  const remove = (name: string) => rm(path.join(folder, name), { force: true });
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);

  test('with vocabulary and merges alone has the tokens of CLIP', async () => {
    await copy(clipFolder);
    await Promise.all(['special_tokens_map.json', 'tokenizer_config.json'].map(remove));
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer).toMatchObject({ maxLength: 77, bosId: 997, eosId: 998, padId: 998 });
    expect(tokenizer.encode('a painting of a squirrel')).toEqual([997, 320, 795, 911, 320, 695, 998]);
  });

  test('of the old kind pads with what special_tokens_map.json says', async () => {
    await copy(clipFolder);
    await write(
      'tokenizer_config.json',
      JSON.stringify({ pad_token: '<|endoftext|>', model_max_length: 77 }),
    );
    await write('special_tokens_map.json', JSON.stringify({ pad_token: '!' }));
    const tokenizer = await loadTokenizer(folder);
    expect(tokenizer.padId).toBe(0);
    expect(tokenizer.pieces('wow!')).toContain(0);
  });

  test('with a tokenizer.json of CLIP needs no other file', async () => {
    await copy(clipFolder);
    const { clipTokenizerJson } = await import('./clip-vocabulary.js');
    const vocabulary = JSON.parse(await readFile(path.join(folder, 'vocab.json'), 'utf8'));
    const lines = (await readFile(path.join(folder, 'merges.txt'), 'utf8')).trim().split('\n').slice(1);
    const merges = lines.map((line) => line.split(' ') as [string, string]);
    await Promise.all(['vocab.json', 'merges.txt'].map(remove));
    await write('tokenizer.json', JSON.stringify(clipTokenizerJson(vocabulary, merges, '<|endoftext|>')));
    const { cases } = tokenizers[0]!;
    const tokenizer = await loadTokenizer(folder);
    expect(cases.map(({ text }) => tokenizer.encode(text))).toEqual(cases.map(({ ids }) => ids));
  });

  test.each([
    [1e30, 77],
    [48, 48],
    ['many', 77],
  ])('that states a longest input of %p takes %p tokens', async (model_max_length, expected) => {
    await copy(clipFolder);
    await write('tokenizer_config.json', JSON.stringify({ model_max_length }));
    expect((await loadTokenizer(folder)).maxLength).toBe(expected);
  });

  test('of T5 that states no longest input takes 512 tokens', async () => {
    await copy(t5Folder);
    await remove('tokenizer_config.json');
    expect(await loadTokenizer(folder)).toMatchObject({ maxLength: 512, bosId: null, eosId: 1, padId: 0 });
  });

  test('of T5 with spiece.model alone says how to write tokenizer.json', async () => {
    await copy(t5Folder);
    await remove('tokenizer.json');
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(/^tokenizer\/tokenizer\.json is missing.*save_pretrained/),
    });
  });

  test.each(['vocab.json', 'merges.txt'])('without %s names what is missing', async (name) => {
    await copy(clipFolder);
    await remove(name);
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining(name),
    });
  });

  test('that is not there names what is expected', async () => {
    await expect(loadTokenizer(folder)).rejects.toThrow(
      'tokenizer/ holds no tokenizer; expected tokenizer.json, or vocab.json with merges.txt.',
    );
  });

  test.each([
    ['vocab.json', '{"a": 1'],
    ['vocab.json', '["a"]'],
    ['vocab.json', '{"a": "one"}'],
    ['merges.txt', '#version: 0.2\nq q q\n'],
    ['merges.txt', '#version: 0.2\nzz qq\n'],
    ['tokenizer_config.json', 'null'],
    ['special_tokens_map.json', '<html>'],
    ['tokenizer.json', '{"model": {"type": "BPE"}}'],
    ['tokenizer.json', '{"model": {"type": "WordPiece"}}'],
    ['tokenizer.json', '{}'],
  ])('with a damaged %s (%s) names that file', async (name, text) => {
    await copy(clipFolder);
    await write(name, text);
    await expect(loadTokenizer(folder)).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringContaining(`tokenizer/${name}`),
    });
  });

  test('whose vocabulary lacks the last token says so', async () => {
    await copy(clipFolder);
    const vocabulary = JSON.parse(await readFile(path.join(folder, 'vocab.json'), 'utf8'));
    delete vocabulary['<|endoftext|>'];
    await write('vocab.json', JSON.stringify(vocabulary));
    await remove('tokenizer_config.json');
    await expect(loadTokenizer(folder)).rejects.toThrow('lacks the token <|endoftext|>');
  });
});
