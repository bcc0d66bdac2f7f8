"""Trains one scale of the upscaler.

    python ../../starter-scenes/training/render.py --out /tmp/starter/sharp --count 3000 --size 256 --seed 11
    python train.py --data /tmp/starter/sharp --out /tmp/starter/x4.pt --scale 4 --minutes 12

`--start FILE` goes on from an earlier result, a .pt of this script or an exported .onnx.
"""

import argparse
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from network import SIZES, Upscaler
from pictures import pairs

from flat_adam import FlatAdam  # beside the scenes' training, on the path since pictures.py


def weights_of(path: Path):
    if path.suffix == '.pt':
        return torch.load(path)
    import onnx
    from onnx import numpy_helper

    return {
        i.name: torch.from_numpy(numpy_helper.to_array(i).astype(np.float32))
        for i in onnx.load(path).graph.initializer
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--start', type=Path)
    parser.add_argument('--scale', type=int, choices=list(SIZES), default=4)
    parser.add_argument('--minutes', type=float, default=12)
    parser.add_argument('--rate', type=float, default=1.5e-3)
    parser.add_argument('--seed', type=int, default=5)
    parser.add_argument('--threads', type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    model = Upscaler(**SIZES[args.scale])
    if args.start:
        model.load_state_dict(weights_of(args.start), strict=False)
    model.to(memory_format=torch.channels_last)
    learning = FlatAdam([model], weight_decay=0.0)
    began, steps, running = time.time(), 0, None
    for small, sharp in pairs(args.data, args.scale, 16, 96, np.random.default_rng(args.seed)):
        done = (time.time() - began) / (60 * args.minutes)
        if done >= 1:
            break
        small, sharp = torch.from_numpy(small), torch.from_numpy(sharp)
        base = F.interpolate(small, scale_factor=args.scale, mode='bicubic', align_corners=False)
        made = base + model.correction(small.bfloat16()).float()
        F.l1_loss(made, sharp).backward()
        learning.step(
            args.rate * min(1, (steps + 1) / 60) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))), 0.998
        )
        steps += 1
        with torch.no_grad():
            gain = 10 * math.log10(float(F.mse_loss(base, sharp)) / float(F.mse_loss(made, sharp)))
        running = gain if running is None else 0.98 * running + 0.02 * gain
        if steps % 100 == 0:
            print(f'{time.time() - began:.0f} s, step {steps}: {running:+.2f} dB over bicubic', flush=True)
        if steps % 500 == 0:
            save(args.out, model, learning)
    save(args.out, model, learning)


def save(path, model, learning):
    learning.use_average()
    torch.save({name: value.float() for name, value in model.state_dict().items()}, path)
    learning.use_master()


if __name__ == '__main__':
    sys.exit(main())
