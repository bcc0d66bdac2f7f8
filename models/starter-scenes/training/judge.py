"""A classifier of subject, light and style, trained on renders that the model never saw.

python render.py --out /tmp/starter/judge --count 12000 --seed 21
python judge.py --data /tmp/starter/judge --test /tmp/starter/held --vae /tmp/starter/vae.pt --out /tmp/starter/judge.pt
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from data import load_renders
from facts import KINDS, labels
from flat_adam import FlatAdam
from networks import VAE, Decoder, Encoder


class Judge(nn.Module):
    """Pictures [b,3,128,128] in -1..1 → logits per kind, and features for distances."""

    def __init__(self):
        super().__init__()
        layers, entering = [], 3
        for width, stride in ((32, 2), (48, 2), (64, 1), (96, 2), (128, 1), (160, 2), (192, 1)):
            layers += [
                nn.Conv2d(entering, width, 3, stride=stride, padding=1),
                nn.GroupNorm(width // 16, width),
                nn.SiLU(),
            ]
            entering = width
        self.body = nn.Sequential(*layers)
        self.heads = nn.ModuleDict(
            {kind: nn.Linear(2 * entering, len(words)) for kind, words in KINDS.items()}
        )

    def features(self, pictures):
        h = self.body(pictures)
        return torch.cat([h.mean((2, 3)), h.amax((2, 3))], 1)

    def forward(self, pictures):
        features = self.features(pictures)
        return {kind: head(features) for kind, head in self.heads.items()}


@torch.no_grad()
def accuracy(judge, pictures, wanted):
    """Share right per kind, over the pictures whose caption names one."""
    found = [judge(pictures[i : i + 64]) for i in range(0, len(pictures), 64)]
    result = {}
    for kind in KINDS:
        guess, right = torch.cat([part[kind] for part in found]).argmax(1), wanted[kind]
        result[kind] = float((guess == right)[right >= 0].float().mean())
    return result


def as_tensor(pictures):
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--test', type=Path, required=True)
    parser.add_argument('--vae', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=8)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(8)
    pictures, scenes = load_renders(args.data)
    wanted, rng = labels(scenes), np.random.default_rng(8)
    vae = load_vae_pt(args.vae)
    judge = Judge().to(memory_format=torch.channels_last)
    learning = FlatAdam([judge], torch.bfloat16, weight_decay=0.05)
    began, steps = time.time(), 0
    while (done := (time.time() - began) / (60 * args.minutes)) < 1:
        rows = np.sort(rng.integers(len(pictures), size=32))
        batch = as_tensor(pictures[rows])
        batch = batch.flip(3) if rng.random() < 0.5 else batch
        batch = soften(batch, vae, rng)
        guesses = judge(batch.bfloat16())
        loss = sum(
            F.cross_entropy(guesses[kind].float(), wanted[kind][rows], ignore_index=-1, label_smoothing=0.05)
            for kind in KINDS
        )
        loss.backward()
        learning.step(2e-3 * min(1, (steps + 1) / 100) * (1 - 0.97 * done), 0.995)
        steps += 1
        if steps % 100 == 0:
            print(f'{time.time() - began:.0f} s, step {steps}: {float(loss.detach()):.3f}', flush=True)
    learning.use_average()
    judge.float()
    torch.save(judge.state_dict(), args.out)
    real, scenes = load_renders(args.test)
    tests, wanted = as_tensor(real[:1500]), labels(scenes[:1500])
    print('real renders', accuracy(judge, tests, wanted))
    with torch.no_grad():
        rebuilt = torch.cat([rebuild(tests[i : i + 50], vae) for i in range(0, len(tests), 50)])
    print('real renders through the VAE', accuracy(judge, rebuilt, wanted))


def load_vae_pt(path):
    saved = torch.load(path)
    encoder, decoder = Encoder(**VAE), Decoder(**VAE)
    encoder.load_state_dict(saved['encoder'])
    decoder.load_state_dict(saved['decoder'])
    return encoder.bfloat16().eval(), decoder.bfloat16().eval()


@torch.no_grad()
def rebuild(pictures, vae):
    encoder, decoder = vae
    return decoder(encoder(pictures.bfloat16()).chunk(2, 1)[0]).float().clamp(-1, 1)


def soften(batch, vae, rng):
    """Half of the pictures go through the VAE, so that its blur is no sign of anything."""
    return rebuild(batch, vae) if rng.random() < 0.5 else batch


if __name__ == '__main__':
    main()
