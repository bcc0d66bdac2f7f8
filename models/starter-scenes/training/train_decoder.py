"""Teaches the decoder to paint whole pictures from latents that stay as they are; a UNet trained on them keeps its worth.

    python train_decoder.py --data /tmp/starter/train --start /tmp/starter/vae.pt --out /tmp/starter/painter.pt --minutes 15

It sees latents with noise on them, as a UNet's are never exact, and is measured by pixels, by what the encoder sees in
pictures, and by a critic that learns to tell its pictures from renders. `--start` may be the folder of an exported model.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import load_renders
from flat_adam import FlatAdam
from networks import VAE, Decoder, Encoder, PatchJudge
from processes import agreed, spread
from train_vae import floats, picture_loss

MOST_NOISE = 0.35


def batches(pictures, latents, count, rng):
    """Latents as the UNet knows them [count,C,h,w] and their pictures [count,3,size,size] in -1..1."""
    while True:
        rows, view = np.sort(rng.choice(latents.shape[1], count, replace=False)), rng.integers(2)
        real = torch.from_numpy(pictures[rows]).permute(0, 3, 1, 2).float() / 127.5 - 1
        yield torch.from_numpy(latents[view, rows].astype(np.float32)), real.flip(3) if view else real


def seen_loss(encoder, made, real):
    """How far apart two pictures are in the encoder's features, as a share of the features' size.

    Both are shifted by lot, since the encoder looks at tiles of 4 × 4 and would leave their grid in the pictures.
    """
    shift = torch.randint(4, (2,)).tolist()
    with torch.no_grad():
        wanted = encoder.features(real.roll(shift, (2, 3)).bfloat16())
    found = encoder.features(made.roll(shift, (2, 3)).bfloat16())
    return sum((a.float() - b.float()).abs().mean() / b.float().abs().mean() for a, b in zip(found, wanted))


def criticise(critic, learning, real, made, rate):
    for p in learning.parameters:
        p.grad = None
    hinge = (
        F.relu(1 - critic(real.bfloat16()).float()).mean()
        + F.relu(1 + critic(made.bfloat16()).float()).mean()
    )
    hinge.backward()
    learning.step(rate, 0.9)
    return float(hinge.detach())


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--start', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=15)
    parser.add_argument('--rate', type=float, default=1.5e-3)
    parser.add_argument('--batch', type=int, default=8, help='per process')
    parser.add_argument(
        '--seen', type=float, default=0.3, help='weight of the difference that the encoder sees'
    )
    parser.add_argument('--critic', type=float, default=0.1, help='weight of the critic')
    parser.add_argument('--seed', type=int, default=5)
    parser.add_argument('--processes', type=int, default=2)
    return parser.parse_args()


def train(rank, args):
    torch.manual_seed(args.seed)
    pictures, _ = load_renders(args.data)
    latents = np.load(args.data / 'latents.npy')
    factor = json.loads((args.data / 'scale.json').read_text())['scaling_factor']
    encoder, decoder, critic = Encoder(**VAE), Decoder(**VAE), PatchJudge()
    load_start(args.start, encoder, decoder)
    whole = floats(encoder)
    encoder.to(torch.bfloat16).requires_grad_(False)
    decoder.to(memory_format=torch.channels_last)
    learning = FlatAdam([decoder], processes=args.processes, muon=True)
    criticism = FlatAdam([critic], betas=(0.5, 0.95), processes=args.processes)
    torch.manual_seed(args.seed + 1000 * rank)
    began, saved_at, sums = time.time(), time.time(), []
    for exact, real in batches(pictures, latents, args.batch, np.random.default_rng((args.seed, rank))):
        done = agreed((time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        noise = torch.randn_like(exact) * torch.rand(len(exact), 1, 1, 1) * MOST_NOISE
        made = decoder(((exact + noise) / factor).bfloat16()).float()
        close, seen = picture_loss(made, real), seen_loss(encoder, made, real)
        loss = close + args.seen * seen
        if learning.steps >= 300:
            loss = loss - args.critic * critic(made.bfloat16()).float().mean()
        loss.backward()
        decay = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done))
        learning.step(args.rate * min(1, (learning.steps + 1) / 60) * decay, 0.995)
        doubt = criticise(critic, criticism, real, made.detach(), 8e-4 * decay) if learning.steps > 200 else 2
        sums.append([float(v.detach()) for v in (F.mse_loss(made, real), seen)] + [doubt])
        if rank == 0 and learning.steps % 50 == 0:
            error, seen, doubt = np.mean(sums, 0)
            print(
                f'{time.time() - began:.0f} s, step {learning.steps}: PSNR {10 * math.log10(4 / error):.2f} dB, '
                f'seen {seen:.3f}, critic {doubt:.2f}',
                flush=True,
            )
            sums = []
        if rank == 0 and time.time() - saved_at > 120:
            save(args.out, whole, decoder, learning)
            saved_at = time.time()
    if rank == 0:
        save(args.out, whole, decoder, learning)


def load_start(path, encoder, decoder):
    if path.is_dir():
        from export import load_vae

        saved = dict(zip(('encoder', 'decoder'), (module.state_dict() for module in load_vae(path))))
    else:
        saved = torch.load(path)
    encoder.load_state_dict(saved['encoder'])
    decoder.load_state_dict(saved['decoder'])


def save(path, encoder, decoder, learning):
    learning.use_average()
    torch.save({'encoder': encoder, 'decoder': floats(decoder)}, path)
    learning.use_master()


if __name__ == '__main__':
    spread(train, parse(), 29613)
