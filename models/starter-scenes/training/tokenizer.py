"""A CLIP tokenizer of our own: byte-level BPE whose merges make every word of the captions one token.

    python tokenizer.py --out ..            (writes ../tokenizer/)

Any other text still becomes tokens (pieces, at worst bytes), so unknown words cannot fail.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

import numpy as np
import regex

from scenes import captioned

BOS, EOS = '<|startoftext|>', '<|endoftext|>'
_SPLIT = regex.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE)


def byte_characters():
    """GPT-2's table of printable stand-ins for the 256 bytes (openai/gpt-2, encoder.py: bytes_to_unicode)."""
    printable = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    others = [b for b in range(256) if b not in printable]
    table = {b: chr(b) for b in printable}
    table.update({b: chr(256 + i) for i, b in enumerate(others)})
    return {b: table[b] for b in printable + others}


_BYTES = byte_characters()


def words(text):
    normal = regex.sub(r'\s+', ' ', text).lower().strip()
    return [''.join(_BYTES[b] for b in word.encode()) for word in _SPLIT.findall(normal)]


def split_word(word):
    return tuple(word[:-1]) + (word[-1] + '</w>',)


def merged(parts, pair):
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            out.append(parts[i] + parts[i + 1])
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return tuple(out)


def learn(counts: Counter):
    """Merges, most frequent pair first, until every word is one token."""
    vocabulary, merges = {word: split_word(word) for word in counts}, []
    while True:
        pairs = Counter()
        for word, parts in vocabulary.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            return merges
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        vocabulary = {word: merged(parts, best) for word, parts in vocabulary.items()}


class Tokenizer:
    def __init__(self, folder: Path):
        self.ids = json.loads((folder / 'vocab.json').read_text())
        lines = (folder / 'merges.txt').read_text().splitlines()[1:]
        self.ranks = {tuple(line.split()): rank for rank, line in enumerate(lines)}
        self.bos, self.eos = self.ids[BOS], self.ids[EOS]
        self.known = {}

    def encode(self, text, limit=77):
        ids = [self.bos]
        for word in words(text):
            ids += self._word(word)
        return ids[: limit - 1] + [self.eos]

    def _word(self, word):
        if word not in self.known:
            parts = split_word(word)
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, 1e9))
                if best not in self.ranks:
                    break
                parts = merged(parts, best)
            self.known[word] = [self.ids[part] for part in parts]
        return self.known[word]


def write(folder: Path, merges):
    folder.mkdir(parents=True, exist_ok=True)
    base = list(_BYTES.values())
    entries = base + [c + '</w>' for c in base] + [a + b for a, b in merges] + [BOS, EOS]
    ids = {token: number for number, token in enumerate(dict.fromkeys(entries))}
    (folder / 'vocab.json').write_text(json.dumps(ids, ensure_ascii=False, indent=0) + '\n')
    (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    special = dict(bos_token=BOS, eos_token=EOS, unk_token=EOS, pad_token=EOS)
    (folder / 'special_tokens_map.json').write_text(json.dumps(special, indent=2) + '\n')
    config = dict(
        special,
        add_prefix_space=False,
        do_lower_case=True,
        errors='replace',
        model_max_length=77,
        tokenizer_class='CLIPTokenizer',
    )
    (folder / 'tokenizer_config.json').write_text(json.dumps(config, indent=2) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, default=Path('..'))
    args = parser.parse_args()
    rng, counts = np.random.default_rng(7), Counter()
    for _ in range(20000):
        for text in captioned(rng)[1]:
            counts.update(words(text))
    known = Counter({word: n for word, n in counts.items() if n >= 8})
    merges = learn(known)
    write(args.out / 'tokenizer', merges)
    print(len(known), 'words,', len(merges), 'merges')


if __name__ == '__main__':
    main()
