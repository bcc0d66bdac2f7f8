"""Adherence by guidance and number of steps (DPM-Solver++ 2M), to choose the defaults by measurement.

python sweep.py --model .. --judge /tmp/starter/judge.pt --count 128
"""

import argparse
from pathlib import Path

import torch

from evaluate import Painter, new_prompts
from facts import labels
from judge import Judge, accuracy

CHOICES = ((20, 2.0), (20, 3.0), (20, 4.0), (12, 2.0), (12, 3.0), (12, 4.0), (8, 3.0), (5, 3.0))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, default=Path('..'))
    parser.add_argument('--judge', type=Path, required=True)
    parser.add_argument('--count', type=int, default=128)
    args = parser.parse_args()
    torch.set_num_threads(1)
    judge = Judge()
    judge.load_state_dict(torch.load(args.judge))
    scenes, prompts = new_prompts(args.count, 77)
    painter, wanted = Painter(args.model, 12, 3.0), labels(scenes)
    for painter.steps, painter.guidance in CHOICES:
        pictures = painter.paint_all(prompts, list(range(args.count)), 64)
        found = accuracy(judge, pictures, wanted)
        print(
            f'| {painter.steps} | {painter.guidance} | '
            + ' | '.join(f'{100 * found[kind]:.0f} %' for kind in found)
            + ' |',
            flush=True,
        )


if __name__ == '__main__':
    main()
