"""Renders captioned scenes to `pictures.npy` (uint8 [count, size, size, 3], memory-mapped) and `captions.jsonl`.

    python render.py --out /tmp/starter/train --count 40000 --seed 1
    python render.py --out /tmp/starter/held --count 3000 --seed 2

Interrupted, the same command goes on where it stopped.
"""

import argparse
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from scenes import captioned, render

CAPTIONS_PER_PICTURE = 4
BLOCK = 250


def _block(task):
    seed, number, count, size = task
    rng = np.random.default_rng((seed, number))
    pictures, lines = np.empty((count, size, size, 3), np.uint8), []
    for i in range(count):
        scene, texts = captioned(rng, CAPTIONS_PER_PICTURE)
        pictures[i] = render(scene, size)
        lines.append(json.dumps({**scene.record, 'captions': texts}))
    return number, pictures, lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--count', type=int, default=40000)
    parser.add_argument('--size', type=int, default=128)
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--processes', type=int, default=2)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    blocks, shape = args.count // BLOCK, (args.count // BLOCK * BLOCK, args.size, args.size, 3)
    path, captions = args.out / 'pictures.npy', args.out / 'captions.jsonl'
    done = len(captions.read_text().splitlines()) // BLOCK if captions.exists() and path.exists() else 0
    pictures = np.lib.format.open_memmap(path, 'r+' if done else 'w+', np.uint8, None if done else shape)
    tasks = [(args.seed, number, BLOCK, args.size) for number in range(done, blocks)]
    with Pool(args.processes) as pool, captions.open('a') as file:
        for number, block, lines in pool.imap(_block, tasks):
            pictures[number * BLOCK : (number + 1) * BLOCK] = block
            file.write('\n'.join(lines) + '\n')
            file.flush()
            print(f'{(number + 1) * BLOCK} of {blocks * BLOCK}', flush=True)


if __name__ == '__main__':
    main()
